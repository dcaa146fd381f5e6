/** The legend, which is the filter: families of edges and kinds of things, each with its count. */
(function (allusion) {
  'use strict';
  const { data, el, svg, byId, glyph, kindStyle } = allusion;
  const legend = byId('legend');
  const status = byId('status');
  /** @type {Map<string, HTMLElement>} */
  const chips = new Map();

  function dashSample(dash) {
    return svg('svg', { class: 'dash-sample', viewBox: '0 0 30 8', width: 30, height: 8, 'aria-hidden': 'true' },
      svg('path', { class: 'wire', d: 'M0 4H30', 'stroke-width': 1.75, 'stroke-dasharray': dash.join(' ') }));
  }

  function chip(key, sample, words, title, toggle) {
    const box = el('input', { type: 'checkbox', 'data-filter': key, change: (event) => toggle(event.target.checked) });
    const label = el('label', { class: `chip ${key.split(' ')[0]}`, title }, box, sample, el('span', {}, words), ' ', el('span', { class: 'count' }, '0'));
    chips.set(key, label);
    return label;
  }

  function familyChip([name, family]) {
    return chip(`family ${name}`, dashSample(family.dash), family.many, family.explains, (on) => {
      const families = new Set(allusion.familiesFor(allusion.state().focus));
      if (on) families.add(name);
      else families.delete(name);
      const ordered = new Set(Object.keys(data.families).filter((one) => families.has(one)));
      allusion.go({ families: ordered, usualFamilies: false }, { replace: true });
    });
  }

  function kindChip(kind) {
    return chip(`kind ${kind}`, glyph(kind), kindStyle(kind).many, '', (on) => {
      const hidden = new Set(allusion.state().hidden);
      if (on) hidden.delete(kind);
      else hidden.add(kind);
      allusion.go({ hidden }, { replace: true });
    });
  }

  const here = new Set(data.entities.map((entity) => entity.kind));
  const kinds = [...Object.keys(data.kinds).filter((kind) => here.has(kind)), ...[...here].filter((kind) => !Object.hasOwn(data.kinds, kind))];
  const connections = Object.entries(data.families).filter(([, family]) => family.connection);
  const others = Object.entries(data.families).filter(([, family]) => !family.connection);
  legend.append(el('details', { open: !window.matchMedia('(max-width: 720px)').matches },
    el('summary', {}, 'Filter'),
    el('div', { class: 'chips' }, connections.map(familyChip), el('span', { class: 'gap' }), others.map(familyChip), el('span', { class: 'gap' }), el('span', { class: 'chip key' },
      svg('svg', { class: 'dash-sample', viewBox: '0 0 30 10', width: 30, height: 10, 'aria-hidden': 'true' },
        svg('path', { class: 'wire', d: 'M0 5H30', 'stroke-width': 1.25 }), svg('circle', { class: 'open', cx: 15, cy: 5, r: 4 })), 'disputed'),
    el('span', { class: 'chip key' },
      svg('svg', { class: 'dash-sample', viewBox: '0 0 30 8', width: 30, height: 8, 'aria-hidden': 'true' }, svg('path', { class: 'wire', d: 'M0 4H30', 'stroke-width': 4 })), 'more sources')),
    el('div', { class: 'chips' }, kinds.map(kindChip))));

  /** What there is in what is looked at: around the focus, or in the whole network. */
  function draw(state) {
    const whole = state.view === 'network';
    const families = whole ? state.families : allusion.familiesFor(state.focus);
    const edges = whole
      ? data.edges.map((_, place) => place)
      : [...allusion.outgoing[state.focus], ...allusion.incoming[state.focus]];
    const perFamily = new Map();
    const perKind = new Map();
    const entities = new Set();
    let shown = 0;
    for (const place of edges) {
      const edge = data.edges[place];
      const ends = whole ? [edge.from, edge.to] : [edge.from === state.focus ? edge.to : edge.from];
      perFamily.set(edge.family, (perFamily.get(edge.family) || 0) + 1);
      if (!families.has(edge.family)) continue;
      ends.forEach((end) => perKind.set(data.entities[end].kind, (perKind.get(data.entities[end].kind) || new Set()).add(end)));
      if (ends.some((end) => state.hidden.has(data.entities[end].kind))) continue;
      shown += 1;
      ends.forEach((end) => entities.add(end));
    }
    for (const name of Object.keys(data.families)) update(`family ${name}`, perFamily.get(name) || 0, families.has(name));
    for (const kind of kinds) update(`kind ${kind}`, perKind.has(kind) ? perKind.get(kind).size : 0, !state.hidden.has(kind));
    const total = edges.length;
    const where = whole ? 'in the network' : `around ${data.entities[state.focus].name}`;
    status.replaceChildren(
      state.unknown && el('strong', {}, `Nothing here is called “${state.unknown}”. `),
      `${allusion.count(shown, 'connection', 'connections')} with ${allusion.count(entities.size, 'entity', 'entities')} shown, of ${total} ${where}.`);
  }

  function update(key, count, checked) {
    const label = chips.get(key);
    label.querySelector('.count').textContent = String(count);
    label.querySelector('input').checked = checked;
    label.classList.toggle('none', count === 0);
  }

  Object.assign(allusion, { drawLegend: draw });
})(window.allusion);
