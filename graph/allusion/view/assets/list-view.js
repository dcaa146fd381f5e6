/**
 * The list: what the view shows as tables, which can be sorted, then all entities. ARIA roles are explicit, because
 * `display: block` in narrow windows removes the implicit ones.
 */
allusion.define((allusion) => {
  'use strict';
  const { data, el, byId, kindIcon, yearOf, separated } = allusion;
  const list = byId('list-view');
  const [PAGE, PRINTED] = [200, 25];
  const HEADS = [
    ['from', 'From'],
    ['kind', 'Connection'],
    ['sentence', 'In a sentence'],
    ['year', 'Year'],
    ['sources', 'Sources'],
  ];
  /** @type {Record<string, string>} */
  const TITLES = {
    focus: 'around it',
    network: 'The whole network',
    timeline: 'By year',
    path: 'Hop by hop',
    scene: 'Scene by scene',
  };
  let pages = 1;
  let last = '';

  /** @typedef {{ edge: number, entity: number, both: boolean }} Row An edge, and the entity it is about. */

  /** The sort keys of the columns. @type {Record<string, (row: Row) => string | number>} */
  const KEYS = {
    from: (row) => allusion.nameOf(row.entity).text,
    kind: (row) => data.edges[row.edge].kindLabel || data.edges[row.edge].family,
    sentence: (row) => allusion.sentenceOf(data.edges[row.edge]),
    year: (row) => data.entities[row.entity].year ?? Infinity,
    sources: (row) => -data.edges[row.edge].sources,
  };

  /** A path has a fixed order. @param {{ view?: string }} state */
  const sortable = (state) => state.view !== 'path';

  /**
   * @param {string} caption @param {HTMLElement[]} rows @param {{ sort: string, view?: string }} state
   * @param {string[][]} heads
   */
  function table(caption, rows, state, heads) {
    const [name, down] = sortable(state) ? [state.sort.replace(/-$/, ''), state.sort.endsWith('-')] : ['', false];
    return el(
      'table',
      { role: 'table' },
      el('caption', {}, caption),
      el(
        'thead',
        { role: 'rowgroup' },
        el(
          'tr',
          { role: 'row' },
          heads.map(([key, head]) =>
            el(
              'th',
              {
                role: 'columnheader',
                scope: 'col',
                'aria-sort': name === key && (down ? 'descending' : 'ascending'),
              },
              KEYS[key] && sortable(state)
                ? el(
                    'button',
                    {
                      type: 'button',
                      class: 'sort',
                      click: () =>
                        allusion.navigate({ sort: name !== key ? key : down ? '' : `${key}-` }, { replace: true }),
                    },
                    head,
                    el('span', { 'aria-hidden': 'true' }, name === key ? (down ? ' ↓' : ' ↑') : ''),
                  )
                : head,
            ),
          ),
        ),
      ),
      el('tbody', { role: 'rowgroup' }, rows),
    );
  }

  /** @param {Row[]} rows @param {State} state */
  function sorted(rows, state) {
    const [name, down] = [state.sort.replace(/-$/, ''), state.sort.endsWith('-')];
    if (!Object.hasOwn(KEYS, name) || !sortable(state)) return rows;
    /** @param {Row} one @param {Row} other */
    const order = (one, other) => {
      const [a, b] = [KEYS[name](one), KEYS[name](other)];
      return typeof a === 'number' ? a - Number(b) : a.localeCompare(String(b), 'en', { numeric: true });
    };
    const found = [...rows].sort((one, other) => order(one, other));
    return down ? found.reverse() : found;
  }

  /** @param {Row} row */
  function row({ edge: index, entity: entityPlace, both }) {
    const edge = data.edges[index];
    const entity = data.entities[entityPlace];
    return el(
      'tr',
      { role: 'row', 'data-edge': index },
      el(
        'th',
        { role: 'rowheader', scope: 'row' },
        kindIcon(entity.kind),
        allusion.entityButton(entityPlace),
        el(
          'span',
          { class: 'year' },
          secondLine(entityPlace),
          yearOf(entity) && el('span', { class: 'when' }, secondLine(entityPlace) && ' · ', yearOf(entity)),
        ),
        both && el('span', { class: 'towards' }, '→ ', allusion.entityButton(edge.to)),
      ),
      el(
        'td',
        { role: 'cell', 'data-head': 'Connection' },
        el(
          'button',
          {
            type: 'button',
            class: 'plain',
            click: () => allusion.navigate({ shown: both ? edge.to : entityPlace, edge: index }),
          },
          edge.kindLabel || edge.family,
        ),
        allusion.doubtLabel(index) || el('span', { class: 'certainty' }, allusion.doubtOf([index])),
      ),
      el('td', { role: 'cell', 'data-head': 'In a sentence' }, allusion.sentenceOf(edge)),
      el('td', { role: 'cell', 'data-head': 'Year', class: 'of-year' }, yearOf(entity)),
      el('td', { role: 'cell', 'data-head': 'Sources', class: 'sources' }, sources(edge)),
    );
  }

  /** The sources by stance, those that dispute last. @param {Edge} edge */
  function sources(edge) {
    const stances = new Map([
      ['supports', new Set()],
      ['mentions', new Set()],
      ['disputes', new Set()],
    ]);
    for (const [source, stance] of edge.evidence || [])
      stances.set(stance, (stances.get(stance) || new Set()).add(source));
    return [...stances]
      .filter(([, indices]) => indices.size)
      .map(([stance, indices]) =>
        el(
          'div',
          { class: stance === 'disputes' ? 'against' : '' },
          el('span', { class: 'stance' }, stance),
          ' ',
          separated(
            [...indices].map((index) => allusion.sourceLink(data.sources[index])),
            '; ',
          ),
        ),
      );
  }

  /** The second name, as in a box. @param {number} index */
  function secondLine(index) {
    const [name, lang] = allusion.secondNameOf(index);
    return name && el('span', { lang }, name);
  }

  function everything() {
    const indices = () =>
      data.entities
        .map((_, index) => index)
        .sort((one, other) => allusion.degree(other) - allusion.degree(one) || one - other);
    /** @param {number} index */
    const row = (index) =>
      el(
        'tr',
        { role: 'row' },
        el(
          'th',
          { role: 'rowheader', scope: 'row' },
          kindIcon(data.entities[index].kind),
          allusion.entityButton(index),
        ),
        el('td', { role: 'cell', 'data-head': 'Kind' }, data.entities[index].type),
        el('td', { role: 'cell', 'data-head': 'Year' }, yearOf(data.entities[index])),
        el('td', { role: 'cell', 'data-head': 'Edges' }, String(allusion.degree(index))),
      );
    return el(
      'details',
      {
        class: 'everything',
        // Build the long table only when it is opened.
        toggle: (event) => {
          const details = event.currentTarget;
          if (!details.open || details.querySelector('table')) return;
          const body = table('All entities, the best connected first', [], { sort: '' }, [
            ['', 'Entity'],
            ['', 'Kind'],
            ['', 'Year'],
            ['', 'Edges'],
          ]);
          const rows = /** @type {HTMLElement} */ (body.querySelector('tbody'));
          const [, ...button] = allusion.pagedList(rows, indices(), PAGE, row);
          details.append(body, ...button);
        },
      },
      el('summary', {}, `All ${data.entities.length.toLocaleString('en')} entities`),
    );
  }

  /** A button for the next rows, which moves the keyboard focus to the first of them. @param {number} left */
  function more(left) {
    return el(
      'button',
      {
        type: 'button',
        class: 'rest',
        click: () => {
          const before = list.querySelectorAll('tr[data-edge]').length;
          pages += 1;
          draw(allusion.state());
          allusion.focusFirst(list.querySelectorAll('tr[data-edge]')[before]);
        },
      },
      `Show ${Math.min(PAGE, left)} more of ${left.toLocaleString('en')}`,
    );
  }

  /** The folded communities, with buttons to open them. @param {State} state */
  function folded(state) {
    const view = allusion.views[state.view];
    const folds = view.folds ? view.folds(state) : [];
    if (!folds.length) return [];
    const items = el('ul', {});
    return [
      el(
        'details',
        { class: 'folds' },
        el('summary', {}, `Folded in the picture: ${folds.length} communities`),
        allusion.pagedList(items, folds, PAGE, ({ words, act }) =>
          el('li', {}, el('button', { type: 'button', class: 'plain', click: act }, words)),
        ),
      ),
    ];
  }

  const all = everything();

  /** Write the list. In print the number of rows is limited. @type {Allusion['drawList']} */
  function draw(state, printed = false) {
    const key = JSON.stringify([
      state.view,
      state.focus,
      state.to,
      state.scene,
      state.sort,
      allusion.filterKey(),
      state.years,
      state.all,
    ]);
    if (key !== last) pages = 1;
    last = key;
    // Paper has room for the best of a large network, not for all of it.
    const printable = state.view === 'network' || state.all ? PRINTED : PAGE;
    let budget = printed ? printable : pages * PAGE;
    const groups = allusion.views[state.view].groups(state).filter((group) => group.rows.length);
    const tables = groups
      .map((group) => {
        const rows = sorted(
          group.rows.map(([edge, entity]) => ({
            edge,
            entity: entity < 0 ? data.edges[edge].from : entity,
            both: entity < 0,
          })),
          state,
        );
        const cut = rows.slice(0, Math.max(0, budget));
        budget -= rows.length;
        return (
          cut.length > 0 &&
          table(group.caption, cut.map(row), state, [
            [HEADS[0][0], state.view === 'focus' ? 'Entity' : 'From and to'],
            ...HEADS.slice(1),
          ])
        );
      })
      .filter(Boolean);
    const { offers: examples } = allusion.views[state.view];
    const offers = allusion.hasPair(state) && state.to < 0 && examples?.(state);
    list.replaceChildren(
      el(
        'h2',
        {},
        allusion.nameElement(state.focus),
        allusion.hasPair(state) &&
          state.to >= 0 && [state.view === 'path' ? ' to ' : ' and ', allusion.nameElement(state.to)],
        el('span', { class: 'year' }, state.view === 'focus' ? secondLine(state.focus) : TITLES[state.view]),
      ),
      ...(offers || (tables.length ? tables : [el('p', {}, 'Nothing passes the filters.')])),
      ...(budget < 0 && printed
        ? [el('p', { class: 'note' }, `And ${(-budget).toLocaleString('en')} more: save them as a table (CSV).`)]
        : []),
      ...(budget < 0 && !printed ? [more(-budget)] : []),
      ...(printed ? [] : folded(state)),
      all,
    );
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ drawList: draw }));
});
