/**
 * The state of the page, in the fragment of its URL: "#/focus/chungking-express?kinds=reference&lang=ja". There is no
 * other state, so links, reload and the back button restore a view. Without a fragment the page opens at the address
 * in the attribute data-start.
 */
allusion.define((allusion) => {
  'use strict';
  const { data, byKey, edgeIndexOf, keyOf } = allusion;
  const VIEWS = ['focus', 'network', 'timeline', 'path', 'compare', 'scene'];
  const PAIRS = ['path', 'compare'];
  const LANGUAGES = ['en', 'zh-Hant', 'zh-Hans', 'ja'];
  const families = Object.keys(data.families);
  const connections = families.filter((name) => data.families[name].shown);
  // If hardly any edge is a connection (films and their casts), show all families.
  const usual =
    data.edges.filter((edge) => connections.includes(edge.family)).length * 20 < data.edges.length
      ? families
      : connections;
  const narrow = window.matchMedia('(max-width: 45rem)');
  const start = document.documentElement.dataset.start || '';
  /** @type {((state: State) => void)[]} */
  const listeners = [];

  /** @param {string} name */
  const normalized = (name) => name.normalize('NFKC').toLowerCase();
  /** @type {Map<string, number> | undefined} */
  let names;

  /** The best connected entity with a name, or -1. @param {string} name */
  function byName(name) {
    if (!name) return -1;
    if (!names) {
      names = new Map();
      const order = [...data.entities.keys()].sort((one, other) => allusion.degree(one) - allusion.degree(other));
      for (const index of order) {
        const { names: own = [], aliases = [] } = data.entities[index];
        for (const [text] of [...aliases, ...own]) names.set(normalized(text), index);
      }
    }
    return names.get(normalized(name)) ?? -1;
  }

  /** @returns {State} @param {string} hash */
  function parse(hash) {
    const [path, query] = splitOnce(decode(hash.replace(/^#\/?/, '')), '?');
    const [named, first, second] = path.split('/');
    // Links from before version 0.3 have the old name of the path view.
    const view = named === 'chain' ? 'path' : named;
    const asked = new URLSearchParams(query);
    /** @param {string} name */
    const list = (name) => (asked.get(name) || '').split(',').filter(Boolean);
    /** @param {string | null | undefined} key */
    const indexOfKey = (key) => byKey.get(key || '') ?? byName(key || '');
    const focus = indexOfKey(first) >= 0 ? indexOfKey(first) : data.focus;
    const shown = indexOfKey(asked.get('show'));
    const edge = edgeIndexOf.get(asked.get('edge') || '');
    const years = /^(-?\d{1,6})-(-?\d{1,6})$/.exec(asked.get('years') || '');
    const of = new Set(list('of'));
    const strange = [first, second].filter((key) => key && indexOfKey(key) < 0);
    return {
      view: VIEWS.includes(view) ? view : 'focus',
      focus,
      to: indexOfKey(second),
      shown: shown >= 0 ? shown : focus,
      edge: edge === undefined ? -1 : edge,
      families: new Set(
        asked.has('kinds') ? families.filter((name) => list('kinds').includes(name)) : of.size ? families : usual,
      ),
      usualFamilies: !asked.has('kinds') && !of.size,
      of,
      hidden: new Set(list('hide')),
      only: new Set(list('only').filter((one) => ['disputed', 'single'].includes(one))),
      all: asked.get('all') === '1',
      hubs: asked.get('hubs') === '1',
      open: new Set(
        list('open')
          .map(indexOfKey)
          .filter((one) => one >= 0),
      ),
      years: years && Number(years[1]) <= Number(years[2]) ? [Number(years[1]), Number(years[2])] : null,
      scene: asked.get('scene') || '',
      sort: asked.get('sort') || '',
      list: asked.has('as') ? asked.get('as') === 'list' : narrow.matches,
      usualList: !asked.has('as'),
      lang: LANGUAGES.find((one) => one === asked.get('lang')) || '',
      theme: ['light', 'dark'].find((one) => one === asked.get('theme')) || '',
      unknown: strange[0] || (view && !VIEWS.includes(view) ? path : ''),
    };
  }

  /** The fragment of a state, without default values. @type {Allusion['formatUrl']} */
  function formatUrl(state) {
    /** @type {string[]} */
    const query = [];
    /** @param {string} name @param {unknown} value @param {unknown} when */
    const say = (name, value, when) => {
      if (when) query.push(`${name}=${value}`);
    };
    say('show', keyOf(state.shown), state.shown !== state.focus);
    say('edge', state.edge >= 0 && data.edges[state.edge].id, state.edge >= 0);
    say(
      'kinds',
      [...state.families].join(','),
      !state.usualFamilies && !(state.of.size && state.families.size === families.length),
    );
    say('of', [...state.of].map(encodeURIComponent).join(','), state.of.size);
    say('hide', [...state.hidden].join(','), state.hidden.size);
    say('only', [...state.only].join(','), state.only.size);
    say('open', [...state.open].map(keyOf).join(','), state.open.size);
    say('all', 1, state.all);
    say('hubs', 1, state.hubs && state.view === 'path');
    say('years', state.years?.join('-'), state.years);
    say('scene', state.scene, state.scene);
    say('sort', state.sort, state.sort);
    say('as', state.list ? 'list' : 'picture', !state.usualList);
    say('lang', state.lang, state.lang);
    say('theme', state.theme, state.theme);
    const second = PAIRS.includes(state.view) && state.to >= 0 ? `/${keyOf(state.to)}` : '';
    return `#/${state.view}/${keyOf(state.focus)}${second}${query.length ? `?${query.join('&')}` : ''}`;
  }

  /** @param {string} text */
  function decode(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  /** @param {string} text @param {string} mark */
  function splitOnce(text, mark) {
    const at = text.indexOf(mark);
    return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  }

  const asked = () => parse(location.hash.length > 1 ? location.hash : start);
  let current = asked();

  /**
   * Change the state. With `replace` (filters) the history gets no new entry.
   * @param {Partial<State>} changes @param {{replace?: boolean}} [how]
   */
  function navigate(changes, how) {
    const next = { ...current, ...changes };
    if ('focus' in changes && !('shown' in changes)) next.shown = next.focus;
    if (('focus' in changes || 'shown' in changes) && !('edge' in changes)) next.edge = -1;
    if ('focus' in changes && changes.focus !== current.focus) {
      Object.assign(next, { all: false, open: new Set() });
      if (!('scene' in changes)) next.scene = '';
      if (next.view === 'focus' && !('years' in changes)) next.years = null;
    }
    if ('view' in changes && changes.view !== current.view && !('all' in changes)) next.all = false;
    const hash = formatUrl(next);
    if (hash === location.hash) return;
    if (how?.replace) location.replace(hash);
    else location.hash = hash;
  }

  /**
   * The families shown for an entity: the selected ones. By default all families if it has no connection, and for a
   * person also the relationships.
   * @type {Allusion['familiesFor']}
   */
  function familiesFor(index) {
    if (!current.usualFamilies) return current.families;
    const edges = [...allusion.outgoing[index], ...allusion.incoming[index]];
    const connected = edges.some((edge) => data.families[data.edges[edge].family].connection);
    if (!connected) return new Set(families);
    return data.entities[index].kind === 'person' ? new Set([...current.families, 'story']) : current.families;
  }

  /** The families shown in the current view; a path uses all of them by default. */
  function familiesInView() {
    if (!current.usualFamilies || current.view === 'network') return current.families;
    if (current.view === 'path') return new Set(families);
    if (current.view === 'timeline' && current.all) return current.families;
    return familiesFor(current.focus);
  }

  /** Entities that stay even if their kind is hidden. */
  function kept() {
    if (current.view === 'network' || (current.view === 'timeline' && current.all)) return [];
    return [current.focus, PAIRS.includes(current.view) ? current.to : current.focus];
  }

  /** Whether an edge passes all filters but that of families. @type {Allusion['passesFilters']} */
  function passesFilters(index) {
    const edge = data.edges[index];
    /** @param {number} end */
    const hidden = (end) => current.hidden.has(data.entities[end].kind) && !kept().includes(end);
    if (hidden(edge.from) || hidden(edge.to) || !ofKinds(edge)) return false;
    if (!current.only.size) return true;
    return (
      (current.only.has('disputed') && allusion.isDoubted([index])) || (current.only.has('single') && edge.sources < 2)
    );
  }

  /**
   * Whether an edge is of the selected kinds. Kinds of edges add up, kinds of entities too; it must pass both.
   * @param {Edge} edge
   */
  function ofKinds(edge) {
    if (!current.of.size) return true;
    const things = [...current.of].filter((name) => Object.hasOwn(data.kinds, name));
    const ends = [edge.from, edge.to].map((end) => data.entities[end].kind);
    return (
      (things.length === current.of.size || current.of.has(edge.kind || '') || current.of.has(edge.family)) &&
      (!things.length || ends.some((kind) => things.includes(kind)))
    );
  }

  /** The filters as a value, to detect that a picture has to be redrawn. */
  function filterKey() {
    return [[...familiesInView()], [...current.hidden], [...current.only], [...current.of], current.lang];
  }

  function applyUrl() {
    current = asked();
    listeners.forEach((listener) => listener(current));
  }

  window.addEventListener('hashchange', applyUrl);
  narrow.addEventListener('change', applyUrl);

  Object.assign(
    allusion,
    /** @satisfies {Partial<Allusion>} */ ({
      navigate,
      applyUrl,
      familiesFor,
      familiesInView,
      passesFilters,
      filterKey,
      narrow,
      formatUrl,
      hasPair: (state) => PAIRS.includes(state.view),
      state: () => current,
      onChange: (listener) => {
        listeners.push(listener);
      },
    }),
  );
});
