/** The chain: how one thing leads to another, every hop a sentence with its evidence; or why none does. */
allusion.part(function (allusion) {
  'use strict';
  const { data, el, svg, byId, count } = allusion;
  const MOST = 5;
  const body = byId('chain-body');
  const fields = ['chain-from', 'chain-to'].map((id) => /** @type {HTMLInputElement} */ (byId(id)));

  /** Every edge at an entity that may be walked, by the entity at its other end. */
  function steps(place, allowed) {
    const found = new Map();
    for (const edge of [...allusion.outgoing[place], ...allusion.incoming[place]]) {
      if (!allowed(edge)) continue;
      const { from, to } = data.edges[edge];
      const other = from === place ? to : from;
      if (other !== place) found.set(other, [...(found.get(other) || []), edge]);
    }
    return found;
  }

  /** How far everything is from an entity. @returns {Map<number, number>} */
  function distances(start, allowed) {
    const far = new Map([[start, 0]]);
    for (const place of far.keys()) {
      for (const other of steps(place, allowed).keys()) if (!far.has(other)) far.set(other, far.get(place) + 1);
    }
    return far;
  }

  /**
   * The shortest chains, the best supported first: as lists of hops, each with its ends
   * and the edges that join them.
   */
  function chains(start, end, allowed) {
    const far = distances(end, allowed);
    if (!far.has(start)) return [];
    let open = [{ at: start, hops: [], weight: 0 }];
    for (let left = far.get(start); left > 0; left -= 1) {
      open = open.flatMap((path) => [...steps(path.at, allowed)]
        .filter(([other]) => far.get(other) === left - 1)
        .map(([other, edges]) => {
          const best = edges.sort((one, two) => data.edges[two].sources - data.edges[one].sources || one - two);
          return { at: other, hops: [...path.hops, { from: path.at, to: other, edges: best }], weight: path.weight + Math.min(5, data.edges[best[0]].sources) };
        }));
      // More would not be read, and their number grows with every hop.
      open = open.sort((one, two) => two.weight - one.weight).slice(0, 400);
    }
    return open;
  }

  function allowed() {
    const families = allusion.familiesInView();
    return (place) => families.has(data.edges[place].family) && allusion.passes(place);
  }

  const found = (state) => (state.to < 0 || state.to === state.focus ? [] : chains(state.focus, state.to, allowed()));

  function draw(state) {
    fields[0].value = allusion.nameOf(state.focus).text;
    fields[1].value = state.to >= 0 ? allusion.nameOf(state.to).text : '';
    const credits = allusion.familiesInView().has('credit');
    byId('chain-credits').checked = credits;
    if (state.to < 0) {
      body.replaceChildren(el('p', { class: 'empty' }, 'Choose where the chain ends. It goes along references, influences, comparisons and derivations, whichever way each of them points; also along what is in the story, and what is part of what.'));
      return;
    }
    const all = found(state);
    body.replaceChildren(...(all.length ? told(all) : none(state, credits)));
    const root = body.querySelector('svg.picture');
    if (root) {
      allusion.roam(root);
      allusion.mark(root, state);
    }
  }

  function told(all) {
    const shown = all.slice(0, MOST);
    const hops = shown[0].hops.length;
    return [
      el('p', { class: 'lead' }, `${count(hops, 'hop', 'hops')}. `, all.length > 1 ? `${all.length >= 400 ? 'At least ' : ''}${count(all.length, 'chain', 'chains')} of this length${all.length > MOST ? `, the ${MOST} best supported are shown` : ''}.` : 'There is one chain of this length.'),
      el('div', { class: 'scroll' }, picture(shown)),
      ...shown.map((chain, index) => el('section', { class: 'chain-told' },
        shown.length > 1 && el('h2', {}, 'By way of ', allusion.between(chain.hops.slice(0, -1).map((hop) => allusion.named(hop.to)), ', ')),
        el('ol', { class: 'hops' }, chain.hops.map((hop) => allusion.connection(hop.edges[0], hop.from, index === 0))))),
    ];
  }

  /** Why there is none, and what would make one. */
  function none(state, credits) {
    if (state.to === state.focus) return [el('p', { class: 'lead' }, 'Both ends are the same.')];
    const [near, far] = [state.focus, state.to].map((place) => distances(place, allowed()).size - 1);
    const every = chains(state.focus, state.to, () => true);
    const name = (place) => el('strong', {}, allusion.named(place));
    return [
      el('p', { class: 'lead' }, 'None. ', 'No chain of the connections that are shown joins ', name(state.focus), ' and ', name(state.to), '.'),
      el('p', {}, `From the first ${count(near, 'entity', 'entities')} can be reached, from the second ${far.toLocaleString('en')}, and none is among both.`),
      every.length > 0
        ? el('p', {}, `With all kinds of connection, credits too, there is one of ${count(every[0].hops.length, 'hop', 'hops')}. `,
          el('button', { type: 'button', class: 'main', click: () => allusion.go({ families: new Set(Object.keys(data.families)), usualFamilies: false, hidden: new Set(), only: new Set() }) }, 'Go along everything'))
        : el('p', {}, 'Not even along credits: nothing in this graph joins them.'),
      !credits && every.length > 0 && el('p', { class: 'note' }, 'Who made a film and who plays in it joins nearly everything to everything, which is why credits are off at first.'),
    ].filter(Boolean);
  }

  /** The chains as a drawing: each a row, the words of every hop between its boxes. */
  function picture(shown) {
    const [PAD, RUN, GAP] = [12, 34, 22];
    const rows = shown.map((chain) => [chain.hops[0].from, ...chain.hops.map((hop) => hop.to)]);
    const columns = rows[0].map((_, column) => Math.max(...rows.map((row) => allusion.boxOf(row[column])[0])));
    const runs = columns.slice(1).map((_, hop) => RUN + Math.max(...shown.map((chain) => allusion.labelOf(chain.hops[hop].edges[0])[0])));
    const xs = columns.map((_, column) => PAD + columns.slice(0, column).reduce((sum, one) => sum + one, 0) + runs.slice(0, column).reduce((sum, one) => sum + one, 0));
    const heights = rows.map((row) => Math.max(56, ...row.map((place) => allusion.boxOf(place)[1])));
    const ys = heights.map((_, row) => PAD + heights.slice(0, row).reduce((sum, one) => sum + one + GAP, 0));
    const width = xs.at(-1) + columns.at(-1) + PAD;
    const height = ys.at(-1) + heights.at(-1) + PAD;
    return svg('svg', { class: 'picture chain', viewBox: `0 0 ${width} ${height}`, width, height, role: 'group', 'aria-label': 'The chains as a drawing; the same in words below', lang: 'en' },
      svg('rect', { class: 'paper', width, height }),
      shown.map((chain, row) => {
        const middle = ys[row] + heights[row] / 2;
        return [
          chain.hops.map((hop, index) => line(hop, xs[index] + columns[index], xs[index + 1], middle)),
          rows[row].map((place, column) => allusion.nameBox(place, xs[column], middle - allusion.boxOf(place)[1] / 2, columns[column], allusion.boxOf(place)[1], allusion.spokenBox(place))),
        ];
      }));
  }

  function line(hop, from, to, y) {
    const edge = data.edges[hop.edges[0]];
    const forwards = edge.from === hop.from;
    const arrow = allusion.mutual([hop.edges[0]]) ? 0 : 8;
    const [, lines] = allusion.labelOf(hop.edges[0]);
    return svg('g', {
      class: `strand ${edge.family}`, 'data-edges': hop.edges.join(' '),
      click: () => allusion.go({ shown: hop.to, edge: hop.edges[0] }),
    },
    svg('path', { class: 'wire', d: `M${from + (forwards ? 0 : arrow)} ${y}H${to - (forwards ? arrow : 0)}`, 'stroke-width': allusion.thickness(edge.sources), 'stroke-dasharray': data.families[edge.family].dash.join(' ') }),
    arrow > 0 && svg('path', { class: 'head', d: forwards ? `M${to} ${y}l-8 -4v8Z` : `M${from} ${y}l8 -4v8Z` }),
    edge.disputed && svg('circle', { class: 'open', cx: (from + to) / 2, cy: y, r: 4.5 }),
    lines.map((words, index) => svg('text', { class: 'words', x: (from + to) / 2, y: y - 7 - 15 * (lines.length - 1 - index), 'text-anchor': 'middle' }, words)),
    hop.edges.length > 1 && svg('text', { class: 'sub', x: (from + to) / 2, y: y + 16, 'text-anchor': 'middle' }, `and ${hop.edges.length - 1} more`));
  }

  const name = (place) => (place >= 0 ? allusion.nameOf(place).text : '');
  allusion.combobox(fields[0], byId('chain-from-found'), (place) => allusion.go({ focus: place }), () => name(allusion.state().focus));
  allusion.combobox(fields[1], byId('chain-to-found'), (place) => allusion.go({ to: place }), () => name(allusion.state().to));
  byId('chain-swap').addEventListener('click', () => { const { focus, to } = allusion.state(); if (to >= 0) allusion.go({ focus: to, to: focus }); });
  byId('chain-credits').addEventListener('change', (event) => {
    const families = new Set([...allusion.familiesInView(), 'credit']);
    if (!event.target.checked) families.delete('credit');
    allusion.go({ families, usualFamilies: false });
  });

  const shownEdges = (state) => [...new Set(found(state).slice(0, MOST).flatMap((chain) => chain.hops.map((hop) => hop.edges[0])))];
  allusion.views.chain = {
    draw, edges: shownEdges, picture: () => body.querySelector('svg.picture'),
    groups: (state) => found(state).slice(0, MOST).map((chain, index) => ({
      caption: `Chain ${index + 1}`, rows: chain.hops.map((hop) => [hop.edges[0], -1]),
    })),
  };
});
