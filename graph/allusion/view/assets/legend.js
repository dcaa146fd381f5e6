/**
 * The legend is the filter: families in one row, and behind "Filter" kinds of entity, certainty and kinds of
 * connection, each with a count. A hollow symbol means that the filter hides these.
 */
allusion.define((allusion) => {
  'use strict';
  const { data, el, svg, byId, kindIcon, kindStyle, countOf } = allusion;
  const legend = byId('legend');
  const status = byId('status');
  /** @type {Map<string, HTMLElement>} */
  const chips = new Map();

  /**
   * @param {string} key @param {SVGElement} sample @param {string} words @param {string} title
   * @param {(on: boolean) => void} toggle
   */
  function chip(key, sample, words, title, toggle) {
    const box = el('input', { type: 'checkbox', 'data-filter': key, change: (event) => toggle(event.target.checked) });
    const label = el(
      'label',
      { class: `chip ${key.split(' ')[0]}`, title },
      box,
      sample,
      el('span', {}, words),
      ' ',
      el('span', { class: 'count' }, '0'),
    );
    chips.set(key, label);
    return label;
  }

  /**
   * Add a value to a set of the state, or remove it.
   * @param {'hidden' | 'only'} name @param {string} one @param {boolean} inside
   */
  function flip(name, one, inside) {
    const set = new Set(allusion.state()[name]);
    if (inside) set.add(one);
    else set.delete(one);
    allusion.navigate({ [name]: set }, { replace: true });
  }

  /** @param {[string, FamilyStyle]} entry */
  function familyChip([name, family]) {
    return chip(`family ${name}`, allusion.familyLine(name), family.many, family.explains, (on) => {
      const families = new Set(allusion.familiesInView());
      if (on) families.add(name);
      else families.delete(name);
      const ordered = new Set(Object.keys(data.families).filter((one) => families.has(one)));
      allusion.navigate({ families: ordered, usualFamilies: false }, { replace: true });
    });
  }

  /** @param {string} kind */
  const kindChip = (kind) =>
    chip(`kind ${kind}`, kindIcon(kind), kindStyle(kind).many, '', (on) => flip('hidden', kind, !on));
  const here = new Set(data.entities.map((entity) => entity.kind));
  const kinds = [
    ...Object.keys(data.kinds).filter((kind) => here.has(kind)),
    ...[...here].filter((kind) => !Object.hasOwn(data.kinds, kind)),
  ];
  const groups = Object.entries(data.families);
  const summary = el('summary', {}, 'Filter');
  const details = el('details', { class: 'more-filters' }, summary);
  const openMark = svg(
    'svg',
    { class: 'dash-sample', viewBox: '0 0 30 10', width: 30, height: 10, 'aria-hidden': 'true' },
    svg('path', { class: 'wire', d: 'M0 5H30', 'stroke-width': 1.25 }),
    allusion.questionMark(15, 5),
  );
  const thin = svg(
    'svg',
    { class: 'dash-sample', viewBox: '0 0 30 10', width: 30, height: 10, 'aria-hidden': 'true' },
    svg('path', { class: 'wire', d: 'M0 3H30', 'stroke-width': 1.25 }),
    svg('path', { class: 'wire', d: 'M0 8H30', 'stroke-width': 3.05 }),
  );
  const ofKind = el('select', {
    'aria-label': 'Kind of connection',
    change: (event) =>
      allusion.navigate(
        {
          of: new Set(event.target.value.split(',').filter(Boolean)),
          families: allusion.familiesInView(),
          usualFamilies: false,
        },
        { replace: true },
      ),
  });
  details.append(
    el(
      'div',
      { class: 'filters' },
      el('div', { class: 'chips' }, kinds.map(kindChip)),
      el(
        'div',
        { class: 'chips' },
        chip(
          'only disputed',
          openMark,
          'only disputed or doubtful',
          'a source disputes it, or there is ground to doubt it',
          (on) => flip('only', 'disputed', on),
        ),
        chip('only single', thin, 'only one source', 'a thin line means few sources', (on) =>
          flip('only', 'single', on),
        ),
        el('label', { class: 'chip' }, el('span', {}, 'connections of kind'), ofKind),
      ),
    ),
  );
  const claimedKey = lineKey(
    [
      svg('path', { class: 'wire', d: 'M0 5H14', 'stroke-width': 1.25 }),
      svg('path', { class: 'head hollow', d: 'M22 5l-8 -4v8Z' }),
    ],
    'claimed',
    'A hollow arrowhead: claimed by others, reported or inferred; neither the work nor its maker states it',
  );
  const doubtedKey = lineKey(
    allusion.questionMark(14, 5),
    'in doubt',
    'A question mark: a source disputes it, or there is ground to doubt it',
  );
  legend.append(el('div', { class: 'chips families' }, groups.map(familyChip), claimedKey, doubtedKey), details);
  // In a wide window the filters lie over the picture; a click beside them or Escape closes them.
  document.addEventListener('click', (event) => {
    if (!allusion.narrow.matches && !details.contains(/** @type {any} */ (event.target))) details.open = false;
  });
  details.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Escape') return;
    details.open = false;
    summary.focus();
  });

  /**
   * What a mark on a line means. It is no switch.
   * @param {Child[]} sample @param {string} words @param {string} title
   */
  function lineKey(sample, words, title) {
    return el(
      'span',
      { class: 'chip key', title },
      svg('svg', { class: 'dash-sample', viewBox: '0 0 24 10', width: 24, height: 10, 'aria-hidden': 'true' }, sample),
      el('span', {}, words),
    );
  }

  /** All edges that the view would show without filters. @param {State} state */
  function candidates(state) {
    if (state.view === 'network' || state.view === 'path' || (state.view === 'timeline' && state.all))
      return data.edges.map((_, index) => index);
    const { all } = allusion.views[state.view];
    if (all) return all(state);
    return [...allusion.outgoing[state.focus], ...allusion.incoming[state.focus]];
  }

  /**
   * The kinds of the families shown, each with a count; the selected one stays.
   * @param {State} state
   * @param {number[]} edges
   */
  function drawKinds(state, edges) {
    /** @type {Map<string, Map<string, { label: string, count: number }>>} */
    const groups = new Map();
    for (const index of edges) {
      const { family, kind, kindLabel } = data.edges[index];
      if (!kind) continue;
      const group = groups.get(family) || new Map();
      groups.set(family, group);
      group.set(kind, { label: kindLabel || kind, count: (group.get(kind) || { count: 0 }).count + 1 });
    }
    const chosen = [...state.of].join(',');
    const there = [...groups.values()].some((group) => group.has(chosen));
    ofKind.replaceChildren(
      new Option('any', ''),
      ...(chosen && !there
        ? [el('option', { value: chosen }, [...state.of].map((one) => one.replaceAll('-', ' ')).join(', '))]
        : []),
      ...Object.entries(data.families)
        .filter(([name]) => groups.has(name))
        .map(([name, family]) =>
          el(
            'optgroup',
            { label: family.many },
            [...(groups.get(name) || [])]
              .sort(([, one], [, other]) => other.count - one.count)
              .map(([kind, { label, count: number }]) => el('option', { value: kind }, `${label} (${number})`)),
          ),
        ),
    );
    ofKind.value = chosen;
  }

  /** Count what there is around the focus or in the whole network. @type {Allusion['drawLegend']} */
  function draw(state) {
    const edges = candidates(state);
    const whole = edges.length === data.edges.length;
    const families = allusion.familiesInView();
    const perFamily = new Map();
    const perKind = new Map();
    let [disputed, single, claimed] = [0, 0, 0];
    for (const index of edges) {
      const edge = data.edges[index];
      perFamily.set(edge.family, (perFamily.get(edge.family) || 0) + 1);
      if (!families.has(edge.family)) continue;
      disputed += allusion.isDoubted([index]) ? 1 : 0;
      claimed += allusion.doubtOf([index]) ? 1 : 0;
      single += edge.sources < 2 ? 1 : 0;
      for (const end of [edge.from, edge.to]) {
        if (!whole && end === state.focus && edge.from !== edge.to) continue;
        const { kind } = data.entities[end];
        perKind.set(kind, (perKind.get(kind) || new Set()).add(end));
      }
    }
    for (const name of Object.keys(data.families))
      update(`family ${name}`, perFamily.get(name) || 0, families.has(name));
    for (const kind of kinds)
      update(`kind ${kind}`, perKind.has(kind) ? perKind.get(kind).size : 0, !state.hidden.has(kind));
    drawKinds(
      state,
      edges.filter((index) => families.has(data.edges[index].family)),
    );
    update('only disputed', disputed, state.only.has('disputed'));
    update('only single', single, state.only.has('single'));
    claimedKey.hidden = claimed === 0;
    doubtedKey.hidden = disputed === 0;
    const active = state.hidden.size + state.only.size + state.of.size;
    const present = kinds.filter((kind) => perKind.has(kind)).length;
    summary.textContent = active ? `Filter (${active} set)` : `Filter (${countOf(present, 'kind', 'kinds')})`;
    summary.classList.toggle('set', active > 0);
    const shown = allusion.views[state.view].edges(state);
    const ends = new Set(shown.flatMap((index) => [data.edges[index].from, data.edges[index].to]));
    const itself = shown.some((index) => data.edges[index].from === data.edges[index].to);
    if (!whole && !allusion.views[state.view].all && !itself) ends.delete(state.focus);
    const around = [state.focus, ...(state.view === 'compare' && state.to >= 0 ? [state.to] : [])];
    const names = around.map((index) => allusion.nameOf(index).text).join(' and ');
    // The network draws a part of what it counts.
    const partial = state.view === 'network' && !state.list;
    const where = whole ? 'in the network' : `around ${names}`;
    status.replaceChildren(
      ...[
        state.unknown && el('strong', {}, `No entity is named “${state.unknown}”. `),
        `${countOf(shown.length, 'connection', 'connections')} with ` +
          `${countOf(ends.size, 'entity', 'entities')}${partial ? '' : ' shown'}, ` +
          `of ${edges.length.toLocaleString('en')} ${where}.`,
        state.view === 'focus' &&
          state.years && [
            ` Only ${state.years[0] === state.years[1] ? state.years[0] : state.years.join(' to ')}. `,
            el(
              'button',
              { type: 'button', class: 'plain', click: () => allusion.navigate({ years: null }) },
              'All years',
            ),
          ],
      ]
        .flat()
        .filter(Boolean),
    );
  }

  /** @param {string} key @param {number} number @param {boolean} checked */
  function update(key, number, checked) {
    const label = chips.get(key);
    const [output, box] = [label?.querySelector('.count'), label?.querySelector('input')];
    if (!label || !output || !box) return;
    output.textContent = String(number);
    box.checked = checked;
    label.hidden = number === 0 && (checked || !key.startsWith('kind'));
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ drawLegend: draw }));
});
