/** The path view: the shortest paths between two entities, each hop with its evidence; or why there is none. */
allusion.define((allusion) => {
  'use strict';
  const { data, el, svg, byId, countOf } = allusion;
  const [MOST, OFFERED] = [5, 3];
  const OTHERS = ['credit', 'story', 'part'];
  const body = byId('path-body');
  const fields = ['path-from', 'path-to'].map((id) => /** @type {HTMLInputElement} */ (byId(id)));

  function allowed() {
    const families = allusion.familiesInView();
    return (/** @type {number} */ index) => families.has(data.edges[index].family) && allusion.passesFilters(index);
  }

  let remembered = '';
  /** @type {PathSearch} */ let answer = { paths: [], more: false, reach: [0, 0] };

  /** The paths of a state, cached, because drawing, list and legend need them. @param {State} state */
  function found(state) {
    const key = JSON.stringify([state.focus, state.to, state.hubs, allusion.filterKey()]);
    if (key !== remembered) answer = allusion.findPaths(state.focus, state.to, allowed(), state.hubs);
    remembered = key;
    return answer;
  }

  /** @param {State} state */
  const pathsOf = (state) => (state.to < 0 || state.to === state.focus ? [] : found(state).paths);
  /** The paths that are drawn. @param {State} state */
  const drawnOf = (state) => (state.to < 0 ? suggestions(state).slice(0, 1) : pathsOf(state).slice(0, MOST));
  const plain = () => OTHERS.some((family) => allusion.familiesInView().has(family));

  /** Write the two ends into their fields. @type {Allusion['drawEnds']} */
  function drawEnds(state) {
    fields[0].value = allusion.nameOf(state.focus).text;
    fields[1].value = state.to >= 0 ? allusion.nameOf(state.to).text : '';
    const words = state.view === 'compare' ? ['First', 'Second'] : ['From', 'To'];
    fields.forEach((field, index) => field.labels?.[0].replaceChildren(words[index]));
  }

  /** @param {State} state */
  function draw(state) {
    drawEnds(state);
    byId('path-credits').checked = plain();
    byId('path-hubs').checked = state.hubs;
    byId('path-hubs').disabled = !plain();
    if (state.list) return;
    if (state.to < 0) body.replaceChildren(...offered(state, true));
    else body.replaceChildren(...(pathsOf(state).length ? told(found(state)) : none(state)));
    for (const root of body.querySelectorAll('svg.picture')) {
      allusion.enableArrowKeys(root);
      allusion.markSelection(root, state);
    }
  }

  /**
   * Without an end: some paths worth reading, the first one drawn.
   * @param {State} state
   * @param {boolean} drawn
   */
  function offered(state, drawn) {
    const paths = suggestions(state);
    return [
      el(
        'p',
        { class: 'empty' },
        paths.length ? 'Choose the end of the path, or one of these examples:' : 'Choose the end of the path.',
      ),
      ...paths.map((path, index) => {
        const to = path[path.length - 1].to;
        const across = drawn && !index && picture([path]);
        const width = across ? allusion.verticalWidth(across, room()) : 0;
        return el(
          'section',
          { class: 'path-text' },
          el(
            'h2',
            {},
            el(
              'button',
              { type: 'button', class: 'entity', click: () => allusion.navigate({ to, ...offers.change }) },
              'To ',
              allusion.nameElement(to),
            ),
            ` in ${countOf(path.length, 'hop', 'hops')}`,
          ),
          width
            ? allusion.drawVerticalPath(path, width, 'A path as a drawing')
            : across && el('div', { class: 'scroll' }, across),
          el(
            'p',
            { class: 'offer' },
            path.map(
              (hop) => `${allusion.sentenceOf(data.edges[hop.edges[0]]).replace(/[.?!]?$/, (end) => end || '.')} `,
            ),
          ),
        );
      }),
    ];
  }

  let offeredFor = '';
  /** @type {{ paths: Hop[][], change: Partial<State> }} */ let offers = { paths: [], change: {} };

  /** Paths along connections; along all edges only where connections lead nowhere. @param {State} state */
  function suggestions(state) {
    const key = JSON.stringify([state.focus, allusion.filterKey()]);
    if (key === offeredFor) return offers.paths;
    offeredFor = key;
    const shown = allusion.familiesInView();
    const connections = new Set([...shown].filter((family) => !OTHERS.includes(family)));
    for (const families of [connections, shown]) {
      /** @param {number} index */
      const allow = (index) => families.has(data.edges[index].family) && allusion.passesFilters(index);
      const paths = allusion
        .suggestedEnds(state.focus, allow, OFFERED)
        .map((end) => allusion.findPaths(state.focus, end, allow, state.hubs).paths[0]);
      offers = { paths, change: families === shown ? {} : { families, usualFamilies: false } };
      if (paths.length) break;
    }
    return offers.paths;
  }

  const room = () => body.clientWidth - (allusion.narrow.matches ? 32 : 40);
  let mode = false;
  new ResizeObserver(() => {
    const state = allusion.state();
    if (state.view !== 'path' || state.list || !drawnOf(state).length) return;
    if (Boolean(allusion.verticalWidth(allusion.views.path.picture(), room())) !== mode) draw(state);
  }).observe(body);

  /** @param {PathSearch} all */
  function told(all) {
    const shown = all.paths.slice(0, MOST);
    const hops = shown[0].length;
    const total = all.paths.length;
    const across = picture(shown);
    const width = allusion.verticalWidth(across, room());
    mode = Boolean(width);
    return [
      el(
        'p',
        { class: 'lead' },
        `${countOf(hops, 'hop', 'hops')}. `,
        total > 1
          ? [
              `${all.more ? 'More than ' : ''}${countOf(total, 'path', 'paths')} of this length`,
              `${total > MOST ? `, the ${MOST} best are shown` : ''}.`,
            ].join('')
          : 'There is one path of this length.',
      ),
      !width && el('div', { class: 'scroll' }, across),
      ...shown.map((path, index) =>
        el(
          'section',
          { class: 'path-text' },
          shown.length > 1 &&
            el(
              'h2',
              {},
              'Via ',
              allusion.separated(
                path.slice(0, -1).map((hop) => allusion.nameElement(hop.to)),
                ', ',
              ),
            ),
          width > 0 &&
            allusion.drawVerticalPath(
              path,
              width,
              `Path ${index + 1} as a drawing; the text below has the same content`,
            ),
          el(
            'ol',
            { class: 'hops' },
            path.map((hop) => allusion.connectionItem(hop.edges[0], hop.from, index === 0)),
          ),
        ),
      ),
    ].filter(Boolean);
  }

  /**
   * Less strict rules, in the order in which they are tried.
   * @param {State} state
   */
  function looser(state) {
    const every = new Set(Object.keys(data.families));
    /** @type {Partial<State>} */
    const free = { families: every, usualFamilies: true, of: new Set(), hidden: new Set(), only: new Set() };
    const families = allusion.familiesInView();
    /** @param {Set<string>} asked @returns {(index: number) => boolean} */
    const within = (asked) => (index) => asked.has(data.edges[index].family) && allusion.passesFilters(index);
    return [
      {
        applies: !plain(),
        allow: within(new Set([...families, ...OTHERS])),
        hubs: state.hubs,
        change: { families: new Set([...families, ...OTHERS]), usualFamilies: false },
        words: 'With credits, stories and parts,',
      },
      {
        applies: plain() && !state.hubs,
        allow: within(families),
        hubs: true,
        change: { hubs: true },
        words: 'Through a place, an organization, a language or an award,',
      },
      { applies: true, allow: () => true, hubs: false, change: free, words: 'With statements of all kinds,' },
      {
        applies: true,
        allow: () => true,
        hubs: true,
        change: { ...free, hubs: true },
        words: 'With statements of all kinds, through all entities,',
      },
    ].filter(({ applies }) => applies);
  }

  /** Explain why there is no path, and offer rules under which there is one. @param {State} state */
  function none(state) {
    if (state.to === state.focus) return [el('p', { class: 'lead' }, 'Both ends are the same.')];
    const [near, far] = found(state).reach;
    /** @param {number} index */
    const name = (index) => el('strong', {}, allusion.nameElement(index));
    const tried = looser(state).map(({ allow, hubs, change, words }) => ({
      change,
      words,
      paths: allusion.findPaths(state.focus, state.to, allow, hubs).paths,
    }));
    const helps = tried.find((one) => one.paths.length);
    return [
      el(
        'p',
        { class: 'lead' },
        'No path of the visible statements connects ',
        name(state.focus),
        ' and ',
        name(state.to),
        '.',
      ),
      el(
        'p',
        {},
        `The first entity is connected to ${countOf(near, 'entity', 'entities')}, ` +
          `the second to ${far.toLocaleString('en')}, and no entity is in both sets.`,
      ),
      helps
        ? el(
            'p',
            {},
            `${helps.words} there is a path of ${countOf(helps.paths[0].length, 'hop', 'hops')}. `,
            el('button', { type: 'button', class: 'main', click: () => allusion.navigate(helps.change) }, 'Show it'),
          )
        : el('p', {}, 'No path in this graph connects them, of any length.'),
    ];
  }

  /**
   * Draw the paths from left to right, one in a row, with the label of each hop between its boxes.
   * @param {Hop[][]} shown
   */
  function picture(shown) {
    const [PAD, RUN, GAP] = [12, 34, 22];
    const rows = shown.map((path) => [path[0].from, ...path.map((hop) => hop.to)]);
    const columns = rows[0].map((_, column) => Math.max(...rows.map((row) => allusion.boxOf(row[column])[0])));
    const runs = columns
      .slice(1)
      .map((_, hop) => RUN + Math.max(...shown.map((path) => allusion.labelOf(path[hop].edges[0])[0])));
    const xs = columns.map(
      (_, column) =>
        PAD +
        columns.slice(0, column).reduce((sum, one) => sum + one, 0) +
        runs.slice(0, column).reduce((sum, one) => sum + one, 0),
    );
    /** @param {Hop} hop */
    const labelHeight = (hop) => 30 * allusion.labelRows(allusion.labelOf(hop.edges[0])).length;
    const heights = rows.map((row, index) =>
      Math.max(56, ...row.map((entity) => allusion.boxOf(entity)[1]), ...shown[index].map(labelHeight)),
    );
    const ys = heights.map((_, row) => PAD + heights.slice(0, row).reduce((sum, one) => sum + one + GAP, 0));
    const width = xs[xs.length - 1] + columns[columns.length - 1] + PAD;
    const height = ys[ys.length - 1] + heights[heights.length - 1] + PAD;
    return svg(
      'svg',
      {
        class: 'picture path',
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        role: 'group',
        'aria-label': 'The paths as a drawing; the text below has the same content',
        lang: 'en',
      },
      svg('rect', { class: 'paper', width, height }),
      shown.map((path, row) => {
        const middle = ys[row] + heights[row] / 2;
        return [
          path.map((hop, index) => line(hop, xs[index] + columns[index], xs[index + 1], middle)),
          rows[row].map((index, column) =>
            allusion.entityBox(
              index,
              xs[column],
              middle - allusion.boxOf(index)[1] / 2,
              columns[column],
              allusion.boxOf(index)[1],
              allusion.boxAriaLabel(index, column ? [path[column - 1].edges[0]] : []),
            ),
          ),
        ];
      }),
    );
  }

  /** @param {Hop} hop @param {number} from @param {number} to @param {number} y */
  function line(hop, from, to, y) {
    const edge = data.edges[hop.edges[0]];
    const forwards = edge.from === hop.from;
    const arrow = allusion.isSymmetric([hop.edges[0]]) ? 0 : 8;
    const rows = allusion.labelRows(allusion.labelOf(hop.edges[0]));
    return svg(
      'g',
      {
        class: `strand ${edge.family}`,
        'data-edges': hop.edges.join(' '),
        click: () => allusion.navigate({ shown: hop.to, edge: hop.edges[0] }),
      },
      allusion.wire(`M${from + (forwards ? 0 : arrow)} ${y}H${to - (forwards ? arrow : 0)}`, hop.edges[0]),
      arrow > 0 && allusion.arrowhead(forwards ? `M${to} ${y}l-8 -4v8Z` : `M${from} ${y}l8 -4v8Z`, [hop.edges[0]]),
      allusion.doubtMark((from + to) / 2, y, [hop.edges[0]]),
      rows.map(([words, role], index) =>
        svg(
          'text',
          { class: role, x: (from + to) / 2, y: y - 7 - 15 * (rows.length - 1 - index), 'text-anchor': 'middle' },
          words,
        ),
      ),
      hop.edges.length > 1 &&
        svg(
          'text',
          { class: 'sub', x: (from + to) / 2, y: y + 16, 'text-anchor': 'middle' },
          `and ${hop.edges.length - 1} more`,
        ),
    );
  }

  /** @param {number} index */
  const name = (index) => (index >= 0 ? allusion.nameOf(index).text : '');
  allusion.combobox(
    fields[0],
    byId('path-from-found'),
    (index) => allusion.navigate({ focus: index }),
    () => name(allusion.state().focus),
  );
  allusion.combobox(
    fields[1],
    byId('path-to-found'),
    (index) => allusion.navigate({ to: index }),
    () => name(allusion.state().to),
  );
  byId('path-swap').addEventListener('click', () => {
    const { focus, to } = allusion.state();
    if (to >= 0) allusion.navigate({ focus: to, to: focus });
  });
  byId('path-credits').addEventListener('change', (/** @type {EventOn<Event>} */ event) => {
    const families = new Set([...allusion.familiesInView(), ...OTHERS]);
    if (!event.target.checked) for (const one of OTHERS) families.delete(one);
    const all = families.size === Object.keys(data.families).length;
    allusion.navigate({
      families: new Set(Object.keys(data.families).filter((name) => families.has(name))),
      usualFamilies: all,
    });
  });
  byId('path-hubs').addEventListener('change', (/** @type {EventOn<Event>} */ event) =>
    allusion.navigate({ hubs: event.target.checked }),
  );

  /** @param {State} state */
  const shownEdges = (state) => [...new Set(drawnOf(state).flatMap((path) => path.map((hop) => hop.edges[0])))];
  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ drawEnds }));
  allusion.views.path = {
    draw,
    edges: shownEdges,
    offers: (state) => offered(state, false),
    // Export and print always use the wide drawing.
    picture: () => {
      const paths = drawnOf(allusion.state());
      return paths.length ? picture(paths) : null;
    },
    groups: (state) =>
      pathsOf(state)
        .slice(0, MOST)
        .map((path, index, all) => ({
          caption:
            all.length > 1
              ? `Path ${index + 1}, by way of ${path
                  .slice(0, -1)
                  .map((hop) => name(hop.to))
                  .join(', ')}`
              : 'The path',
          rows: path.map((hop) => [hop.edges[0], -1]),
        })),
  };
});
