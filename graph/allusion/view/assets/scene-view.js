/** The scene view: the scenes of a work, each with its lines like a script, and the connections they express. */
allusion.define((allusion) => {
  'use strict';
  const { data, el, byId, countOf, separated } = allusion;
  const index = byId('scene-index');
  const page = byId('scene-page');
  let drawn = '';

  /** @param {Described} one */
  const slug = (one) => one.id.slice(one.id.lastIndexOf('/') + 1);
  /** @param {number} work */
  const ofWork = (work) => data.scenes.map((_, index) => index).filter((index) => data.scenes[index].work === work);
  /** @param {number} scene */
  const saidIn = (scene) =>
    data.utterances.map((_, index) => index).filter((index) => data.utterances[index].scene === scene);
  /** Utterances that another one reports are shown inside of it only. */
  const reported = new Set(data.utterances.flatMap((one) => one.reports || []));

  /** Utterances of a work without a known scene. @param {number} work */
  function loose(work) {
    return data.utterances
      .map((_, index) => index)
      .filter((index) => {
        const one = data.utterances[index];
        return one.work === work && one.scene === null && !reported.has(index);
      });
  }

  /** All edges of an utterance and of what it reports. @param {number} index */
  function edgesSaid(index) {
    const one = data.utterances[index];
    return [...(one.edges || []), ...(one.reports || []).flatMap((inner) => data.utterances[inner].edges || [])];
  }

  /** @param {number} scene */
  function edgesOf(scene) {
    return [...new Set([...saidIn(scene).flatMap(edgesSaid), ...(data.scenes[scene].edges || [])])];
  }

  /**
   * The scene of the URL, or the first one with a line that has a connection.
   * @param {State} state
   */
  function chosen(state) {
    const scenes = ofWork(state.focus);
    const asked = scenes.find((index) => slug(data.scenes[index]) === state.scene);
    if (asked !== undefined) return asked;
    /** @param {number} index */
    const speaks = (index) => saidIn(index).some((one) => data.utterances[one].line && data.utterances[one].edges);
    return scenes.find(speaks) ?? scenes.find((index) => edgesOf(index).length) ?? scenes[0] ?? -1;
  }

  /** @param {State} state */
  function everything(state) {
    return [...new Set([...ofWork(state.focus).flatMap(edgesOf), ...loose(state.focus).flatMap(edgesSaid)])];
  }

  /** @param {State} state */
  function shown(state) {
    const families = allusion.familiesInView();
    return everything(state).filter((index) => families.has(data.edges[index].family) && allusion.passesFilters(index));
  }

  /** @param {State} state */
  function draw(state) {
    const signature = JSON.stringify([
      state.focus,
      state.scene,
      allusion.filterKey(),
      upright(state.scene === 'elsewhere' ? -1 : chosen(state)),
    ]);
    if (signature !== drawn) {
      drawn = signature;
      const scenes = ofWork(state.focus);
      const others = loose(state.focus);
      byId('scene-view').classList.toggle('without', !scenes.length && !others.length);
      if (!scenes.length && !others.length) nothing(state);
      else if (state.scene === 'elsewhere' || !scenes.length) tell(state, -1, scenes, others);
      else tell(state, chosen(state), scenes, others);
    }
    const root = page.querySelector('svg.picture');
    if (root) allusion.markSelection(root, state);
  }

  /** @param {State} state */
  function nothing(state) {
    const works = [...new Set(data.scenes.map((scene) => scene.work))];
    index.replaceChildren();
    page.replaceChildren(
      el(
        'p',
        { class: 'lead' },
        'The scenes of ',
        el('strong', {}, allusion.nameElement(state.focus)),
        ' are not in the graph.',
      ),
      ...(works.length
        ? [
            el(
              'p',
              {},
              'Works with scenes: ',
              separated(
                works.map((work) =>
                  el(
                    'button',
                    { type: 'button', class: 'entity', click: () => allusion.navigate({ focus: work }) },
                    allusion.nameElement(work),
                  ),
                ),
                ', ',
              ),
              '.',
            ),
          ]
        : []),
    );
  }

  /** @param {State} state @param {number} scene @param {number[]} scenes @param {number[]} others */
  function tell(state, scene, scenes, others) {
    index.replaceChildren(
      el('h2', {}, allusion.nameElement(state.focus)),
      el(
        'ol',
        {},
        scenes.map((index) => entry(index, index === scene)),
        others.length > 0 &&
          el(
            'li',
            { class: 'unplaced' },
            button('elsewhere', scene < 0, 'Lines without a known scene', `${others.length}`),
          ),
      ),
    );
    page.replaceChildren(...(scene >= 0 ? sheet(scene, scenes) : elsewhere(others)).filter(Boolean));
    for (const root of page.querySelectorAll('svg.picture')) allusion.enableArrowKeys(root);
    const current = index.querySelector('[aria-current]');
    if (current && index.scrollHeight > index.clientHeight)
      index.scrollTop +=
        current.getBoundingClientRect().top - index.getBoundingClientRect().top - index.clientHeight / 3;
    page.scrollTop = 0;
  }

  /** @param {number} index @param {boolean} current */
  function entry(index, current) {
    const one = data.scenes[index];
    const edges = edgesOf(index).length;
    return el('li', {}, button(slug(one), current, one.label, one.order === undefined ? '' : String(one.order), edges));
  }

  /**
   * @param {string} scene @param {boolean} current @param {string | undefined} label @param {string} number
   * @param {number} edges
   */
  function button(scene, current, label, number, edges = 0) {
    return el(
      'button',
      { type: 'button', 'aria-current': current && 'true', click: () => allusion.navigate({ scene }) },
      el('span', { class: 'number' }, number),
      el('span', {}, label),
      edges > 0 &&
        el(
          'span',
          { class: 'points', title: `points at ${edges}` },
          '→'.repeat(Math.min(3, edges)),
          el('span', { class: 'unseen' }, ` ${countOf(edges, 'connection', 'connections')}`),
        ),
    );
  }

  /** The connections of a scene that no utterance expresses. @param {number} index */
  const silentIn = (index) =>
    (data.scenes[index].edges || []).filter((edge) => !saidIn(index).flatMap(edgesSaid).includes(edge));

  /** @param {number} scene */
  const across = (scene) => allusion.drawScene(scene, saidIn(scene), silentIn(scene), new Set(shown(allusion.state())));

  /**
   * The width of a vertical drawing; 0 if there is room for the horizontal one.
   * @param {number} scene
   */
  const upright = (scene) =>
    scene < 0 ? 0 : allusion.verticalWidth(across(scene), page.clientWidth - (allusion.narrow.matches ? 32 : 48));

  /** Export and print always use the wide drawing. */
  function picture() {
    const state = allusion.state();
    const scene = state.scene === 'elsewhere' ? -1 : chosen(state);
    return scene < 0 ? null : across(scene);
  }

  /** One scene like a page of a script. @param {number} index @param {number[]} scenes */
  function sheet(index, scenes) {
    const one = data.scenes[index];
    const at = scenes.indexOf(index);
    const silent = silentIn(index);
    const visible = new Set(shown(allusion.state()));
    const context = allusion.lineContext(
      saidIn(index)
        .flatMap(edgesSaid)
        .filter((edge) => visible.has(edge)),
      one.work,
    );
    const drawing = allusion.drawScene(index, saidIn(index), silent, visible, upright(index));
    return [
      el(
        'header',
        { class: 'slug' },
        el(
          'p',
          { class: 'where' },
          [one.scope, one.order === undefined ? 'position unknown' : `scene ${one.order}`].filter(Boolean).join(' · '),
        ),
        el('h2', {}, one.label),
        typeof one.place === 'number' && el('p', { class: 'where' }, 'at ', allusion.entityButton(one.place)),
      ),
      drawing && el('div', { class: 'scroll' }, drawing),
      el('p', { class: 'action' }, one.summary),
      context.length > 0 &&
        el(
          'details',
          { class: 'context', open: true },
          el('summary', {}, 'What one must know to get this'),
          allusion.drawLineContext(context, Math.min(560, Math.max(280, page.clientWidth - 48))),
        ),
      (one.techniques || one.features) &&
        el(
          'p',
          { class: 'marks' },
          one.features && ['With ', separated(one.features.map(allusion.entityButton), ', '), '. '],
          one.techniques && `Camera: ${one.techniques.join(', ')}.`,
        ),
      ...saidIn(index)
        .filter((said) => !reported.has(said))
        .map((said) => speech(said, visible)),
      silent.some((edge) => visible.has(edge)) &&
        el(
          'ul',
          { class: 'connections' },
          silent.filter((edge) => visible.has(edge)).map((edge) => allusion.connectionItem(edge, one.work, false)),
        ),
      notes(one),
      one.evidence &&
        el('details', {}, el('summary', {}, 'Sources of this scene'), allusion.evidenceList(one.evidence)),
      el(
        'p',
        { class: 'turn' },
        at > 0 &&
          el(
            'button',
            { type: 'button', click: () => allusion.navigate({ scene: slug(data.scenes[scenes[at - 1]]) }) },
            `← ${data.scenes[scenes[at - 1]].label}`,
          ),
        at < scenes.length - 1 &&
          el(
            'button',
            { type: 'button', click: () => allusion.navigate({ scene: slug(data.scenes[scenes[at + 1]]) }) },
            `${data.scenes[scenes[at + 1]].label} →`,
          ),
      ),
    ];
  }

  /** @param {number[]} others */
  function elsewhere(others) {
    const visible = new Set(shown(allusion.state()));
    return [
      el(
        'header',
        { class: 'slug' },
        el('h2', {}, 'Lines without a known scene'),
        el('p', { class: 'where' }, 'Lines for which no source states the scene.'),
      ),
      ...others.map((said) => speech(said, visible)),
    ];
  }

  /**
   * Speaker, addressee and manner; line or summary; reported utterances; connections.
   * @param {number} index
   * @param {Set<number>} visible
   * @returns {HTMLElement}
   */
  function speech(index, visible, inner = false) {
    const one = data.utterances[index];
    const how = [one.channel, one.language && `in ${one.language}`].filter(Boolean).join(', ');
    const edges = (one.edges || []).filter((edge) => visible.has(edge));
    return el(
      'article',
      { class: inner ? 'speech inner' : 'speech' },
      el(
        'p',
        { class: 'cue' },
        typeof one.speaker === 'number' ? allusion.entityButton(one.speaker) : el('span', {}, 'Unknown speaker'),
        typeof one.addressee === 'number' && [' to ', allusion.entityButton(one.addressee)],
        how && el('span', { class: 'how' }, ` (${how})`),
      ),
      one.line ? allusion.lineQuote(one.line) : el('p', { class: 'told' }, one.summary),
      one.reports && [
        el('p', { class: 'tells' }, 'reports an earlier utterance:'),
        one.reports.map((said) => speech(said, visible, true)),
      ],
      edges.length > 0 &&
        el(
          'ul',
          { class: 'connections' },
          edges.map((edge) => allusion.connectionItem(edge, one.work, false, true)),
        ),
      edges.map((edge) => leads(edge, one.work, edges)),
      notes(one),
      one.evidence &&
        !edges.length &&
        el('details', {}, el('summary', {}, 'Evidence'), allusion.evidenceList(one.evidence)),
    );
  }

  /**
   * Other targets of the work that are related to the target of a connection.
   * @param {number} index
   * @param {number} work
   * @param {number[]} edges
   */
  function leads(index, work, edges) {
    const { to } = data.edges[index];
    const found = allusion.relatedInWork(work, to, new Set(edges.map((edge) => data.edges[edge].to)));
    return (
      found.length > 0 &&
      el(
        'p',
        { class: 'leads' },
        allusion.nameElement(to),
        ' is also connected to ',
        separated(
          found.map((one) => [allusion.entityButton(one.entity), ` (${allusion.relatedText(one)})`]),
          '; ',
        ),
        '.',
      )
    );
  }

  /** @param {Described} one */
  function notes(one) {
    return (
      one.notes &&
      el(
        'ul',
        { class: 'notes' },
        one.notes.map((note) => el('li', {}, note)),
      )
    );
  }

  new ResizeObserver(() => {
    const state = allusion.state();
    if (state.view === 'scene' && !state.list) draw(state);
  }).observe(page);

  allusion.views.scene = {
    draw,
    edges: shown,
    all: everything,
    picture,
    groups: (state) => {
      const visible = new Set(shown(state));
      /** @param {number[]} edges */
      const rows = (edges) => edges.filter((edge) => visible.has(edge)).map((edge) => [edge, -1]);
      return [
        ...ofWork(state.focus).map((index) => ({
          caption: [data.scenes[index].order, data.scenes[index].label].filter(Boolean).join('. '),
          rows: rows(edgesOf(index)),
        })),
        { caption: 'Lines without a known scene', rows: rows(loose(state.focus).flatMap(edgesSaid)) },
      ];
    },
  };
});
