/** The panel: all data on one entity, each connection as a sentence with its evidence. */
allusion.define((allusion) => {
  'use strict';
  const { data, el, byId, kindIcon, kindStyle, externalLink, yearOf, outgoing, incoming, countOf, languageName } =
    allusion;
  const panel = byId('panel');
  /** Single-valued properties; two values mean that sources disagree. */
  const SINGLE = [
    'published',
    'ended',
    'episodes',
    'running time',
    'running time minutes',
    'series ordinal',
    'born',
    'died',
    'opened',
  ];
  const PAGE = 40;
  /** @type {HTMLElement | null | undefined} */
  let opener = null;

  /** @type {Map<number, number[]>} The statements that concern an entity without joining it. */
  const concerned = new Map();
  data.edges.forEach((edge, index) =>
    (edge.concerns || []).forEach((one) => {
      if (typeof one === 'number' && one !== edge.from && one !== edge.to)
        concerned.set(one, [...(concerned.get(one) || []), index]);
    }),
  );

  /** @param {Entity} entity @param {number} index @param {State} state */
  function header(entity, index, state) {
    const style = kindStyle(entity.kind);
    const middle = state.focus === index;
    return el(
      'header',
      { class: 'about' },
      el(
        'p',
        { class: 'what' },
        kindIcon(entity.kind),
        [entity.type || style.one, yearOf(entity), entity.id.replace('/', ':')].filter(Boolean).join(' · '),
      ),
      el('h2', { tabindex: -1 }, allusion.nameElement(index)),
      entity.makers && el('p', { class: 'makers' }, `by ${entity.makers.join(', ')}`),
      entity.description && el('p', { class: 'description' }, entity.description),
      el(
        'p',
        { class: 'actions' },
        !middle &&
          el(
            'button',
            {
              type: 'button',
              class: 'main',
              click: () => allusion.navigate({ focus: index, view: state.view === 'network' ? 'focus' : state.view }),
            },
            'Focus on it',
          ),
        !middle && el('button', { type: 'button', class: 'close', click: close }, 'Close'),
        !middle &&
          state.view === 'focus' &&
          !state.list &&
          el(
            'button',
            {
              type: 'button',
              click: () => allusion.toggleSecondHop(index),
              'aria-pressed': String(state.open.has(index)),
            },
            'Show its neighbors',
          ),
        !middle &&
          el(
            'button',
            { type: 'button', click: () => allusion.navigate({ view: 'path', to: index }) },
            'Find a path to it',
          ),
        state.view !== 'network' &&
          el(
            'button',
            { type: 'button', click: () => allusion.navigate({ view: 'network', shown: index }) },
            'Show in the network',
          ),
        state.view === 'network' &&
          allusion.networkModel.foldedAt(index) &&
          el(
            'button',
            {
              type: 'button',
              click: () => allusion.networkModel.openGroup(index),
              'aria-pressed': String(allusion.networkModel.foldedAt(index)?.open),
            },
            'Open its community',
          ),
        state.view !== 'scene' &&
          data.scenes.some((scene) => scene.work === index) &&
          el(
            'button',
            { type: 'button', click: () => allusion.navigate({ view: 'scene', focus: index }) },
            'Show its scenes',
          ),
      ),
    );
  }

  /** @param {Entity} entity @param {number} entityIndex */
  function names(entity, entityIndex) {
    const first = allusion.nameOf(entityIndex);
    const all = (entity.names || []).filter(([text, tag]) => text !== first.text || tag !== first.lang);
    const aliases = entity.aliases || [];
    if (!all.length && !aliases.length) return null;
    return el(
      'dl',
      { class: 'names' },
      all.map(([text, tag]) => [el('dt', {}, languageName(tag)), el('dd', { lang: tag }, text)]),
      aliases.length > 0 && [
        el('dt', {}, 'Also'),
        el(
          'dd',
          {},
          aliases.flatMap(([text, tag], index) => [index ? ', ' : '', el('span', { lang: tag }, text)]),
        ),
      ],
    );
  }

  /** @param {Entity} entity */
  function ways(entity) {
    if (!entity.links) return null;
    return el(
      'ul',
      { class: 'ways', 'aria-label': 'Elsewhere' },
      entity.links.map((link) =>
        el(
          'li',
          {},
          externalLink(link.url, link.site, link.id && el('span', { class: 'id' }, ` ${link.id}`)),
          link.unsure && el('span', { class: 'unsure' }, `not certain (${Math.round((link.confidence || 0) * 100)}%)`),
          link.unsure && link.note && el('details', {}, el('summary', {}, 'why'), link.note),
        ),
      ),
    );
  }

  /** @param {Entity} entity */
  function facts(entity) {
    if (!entity.facts) return null;
    const found = entity.facts;
    /** @param {string} property */
    const disagree = (property) => {
      const values = found.filter((fact) => fact[0] === property).map((fact) => fact[1]);
      // 1994 and 1994-07-14 agree; one of them is more precise.
      return (
        SINGLE.includes(property) &&
        values.some((one) => values.some((other) => !one.startsWith(other) && !other.startsWith(one)))
      );
    };
    return el(
      'details',
      { class: 'facts' },
      el('summary', {}, `Facts (${entity.facts.length})`),
      el(
        'dl',
        {},
        entity.facts.map(([property, value, target, sources]) => [
          el('dt', {}, property, disagree(property) && el('small', {}, ' sources differ')),
          el(
            'dd',
            {},
            target >= 0 ? allusion.entityButton(target) : value,
            el('small', { class: 'by' }, sources.join('; ')),
          ),
        ]),
      ),
    );
  }

  /** @param {Entity} entity */
  function remarks(entity) {
    if (!entity.remarks) return null;
    return el(
      'details',
      { class: 'remarks' },
      el('summary', {}, `Claims about it (${entity.remarks.length})`),
      el(
        'ul',
        {},
        entity.remarks.map((remark) =>
          el(
            'li',
            {},
            el('p', { class: 'sentence' }, remark.text),
            el(
              'p',
              { class: 'marks' },
              [
                remark.opinion && 'opinion',
                remark.holder && `held by ${remark.holder}`,
                remark.disputes && 'disputes another',
                remark.on && `on: ${remark.on.join(', ')}`,
              ]
                .filter(Boolean)
                .join(' · '),
            ),
            allusion.evidenceList(remark.evidence),
          ),
        ),
      ),
    );
  }

  /** @param {number} index @param {State} state */
  function connections(index, state) {
    /** @param {number} edge */
    const other = (edge) => (data.edges[edge].from === index ? data.edges[edge].to : data.edges[edge].from);
    const edges = [...outgoing[index], ...incoming[index]].sort((one, two) => other(one) - other(two) || one - two);
    const joint =
      index === state.focus
        ? []
        : edges.filter((edge) => [data.edges[edge].from, data.edges[edge].to].includes(state.focus));
    const concerning = concerned.get(index) || [];
    const rest = edges.filter((edge) => !joint.includes(edge));
    // A hub has hundreds of edges; the selected one is on the first page.
    /** @param {number[]} indices @param {boolean} open */
    const list = (indices, open) =>
      allusion.pagedList(
        el('ul', { class: 'connections' }),
        indices,
        Math.max(PAGE, indices.indexOf(state.edge) + 1),
        (edge) => allusion.connectionItem(edge, index, open || edge === state.edge),
      );
    return [
      joint.length > 0 &&
        el('section', {}, el('h3', {}, 'With ', allusion.nameElement(state.focus)), list(joint, joint.length < 4)),
      Object.entries(data.families).map(([name, family]) => {
        const indices = rest.filter((edge) => data.edges[edge].family === name);
        if (!indices.length) return null;
        const title = countOf(indices.length, family.one, family.many);
        const chosen = indices.includes(state.edge);
        return el(
          'details',
          { class: 'family', open: family.connection || chosen || edges.length < 8 },
          el('summary', {}, el('h3', {}, title)),
          list(indices, false),
        );
      }),
      concerning.length > 0 &&
        el(
          'details',
          { class: 'family', open: !edges.length },
          el(
            'summary',
            {},
            el('h3', {}, `Takes part in ${countOf(concerning.length, 'connection', 'connections')} of others`),
          ),
          list(concerning, false),
        ),
    ];
  }

  /** Update the panel from the state of the URL. @type {Allusion['drawPanel']} */
  function draw(state) {
    const entity = data.entities[state.shown];
    panel.replaceChildren(
      ...[
        header(entity, state.shown, state),
        names(entity, state.shown),
        ways(entity),
        facts(entity),
        remarks(entity),
        ...connections(state.shown, state).flat(),
      ].filter(Boolean),
    );
    document.body.classList.toggle('reading', state.shown !== state.focus || state.edge >= 0);
    panel.setAttribute('aria-label', `Details: ${allusion.nameOf(state.shown).text}`);
    const chosen = state.edge >= 0 && panel.querySelector(`[data-edge="${state.edge}"]`);
    panel.scrollTop = 0;
    if (chosen) {
      chosen.classList.add('chosen');
      panel.scrollTop = chosen.offsetTop - 16;
    }
  }

  /** Show an entity and go on reading in the panel; Escape leads back. @type {Allusion['openPanel']} */
  function openPanel(index, event) {
    opener = event?.currentTarget;
    const byKeyboard = !event || event.type === 'keydown' || event.detail === 0;
    const arrive = () => byKeyboard && panel.querySelector('h2').focus();
    if (allusion.state().shown === index) arrive();
    else window.addEventListener('hashchange', () => setTimeout(arrive), { once: true });
    allusion.navigate({ shown: index });
  }

  function close() {
    allusion.navigate({ shown: allusion.state().focus, edge: -1 });
    if (opener?.isConnected) opener.focus();
  }

  panel.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    if (opener?.isConnected) opener.focus();
    else close();
  });

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ drawPanel: draw, openPanel, closePanel: close }));
});
