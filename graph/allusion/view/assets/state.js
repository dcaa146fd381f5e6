/**
 * What is shown, kept in the address: "#film/chungking-express?view=network&families=reference".
 * The address is the only state: everything is drawn from it, so a link, a reload
 * and the back button all restore what was seen.
 */
(function (allusion) {
  'use strict';
  const { data, placeOf, edgePlaceOf } = allusion;
  const VIEWS = ['focus', 'network', 'list'];
  const usual = Object.keys(data.families).filter((name) => data.families[name].shown);
  const narrow = window.matchMedia('(max-width: 720px)');
  const listeners = [];

  /** A phone shows the list first. */
  function usualView() {
    return narrow.matches ? 'list' : 'focus';
  }

  /**
   * @returns {{view: string, focus: number, shown: number, edge: number, families: Set<string>,
   *   usualFamilies: boolean, hidden: Set<string>, all: boolean, unknown: string}}
   */
  function parse(hash) {
    const [path, query] = splitOnce(decode(hash.replace(/^#/, '')), '?');
    const asked = new URLSearchParams(query);
    const focus = placeOf.has(path) ? placeOf.get(path) : data.focus;
    const view = asked.get('view');
    const families = asked.has('families')
      ? asked.get('families').split(',').filter((name) => Object.hasOwn(data.families, name))
      : usual;
    return {
      focus,
      view: VIEWS.includes(view) ? view : usualView(),
      shown: placeOf.has(asked.get('show')) ? placeOf.get(asked.get('show')) : focus,
      edge: edgePlaceOf.has(asked.get('edge')) ? edgePlaceOf.get(asked.get('edge')) : -1,
      families: new Set(families),
      usualFamilies: !asked.has('families'),
      hidden: new Set((asked.get('hide') || '').split(',').filter(Boolean)),
      all: asked.get('all') === '1',
      unknown: path && !placeOf.has(path) ? path : '',
    };
  }

  function format(state) {
    const query = [];
    if (state.view !== usualView()) query.push(`view=${state.view}`);
    if (state.shown !== state.focus) query.push(`show=${data.entities[state.shown].id}`);
    if (state.edge >= 0) query.push(`edge=${data.edges[state.edge].id}`);
    if (!state.usualFamilies) query.push(`families=${[...state.families].join(',')}`);
    if (state.hidden.size) query.push(`hide=${[...state.hidden].join(',')}`);
    if (state.all) query.push('all=1');
    return `#${data.entities[state.focus].id}${query.length ? `?${query.join('&')}` : ''}`;
  }

  function decode(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  function splitOnce(text, mark) {
    const at = text.indexOf(mark);
    return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  }

  let current = parse(location.hash);

  /**
   * Change what is shown. Filters replace the entry of the history, everything else adds one.
   * @param {Object<string, any>} changes @param {{replace?: boolean}} [how]
   */
  function go(changes, how) {
    const next = { ...current, ...changes };
    if ('focus' in changes && !('shown' in changes)) next.shown = next.focus;
    if (('focus' in changes || 'shown' in changes) && !('edge' in changes)) next.edge = -1;
    if ('focus' in changes && changes.focus !== current.focus) next.all = false;
    const hash = format(next);
    if (hash === location.hash) return;
    if (how && how.replace) location.replace(hash);
    else location.hash = hash;
  }

  /**
   * The families that count for an entity: those chosen; or, as long as nobody
   * chose, all of them where it has no connection of the four kinds, and for a
   * person the ties of life as well.
   */
  function familiesFor(place) {
    if (!current.usualFamilies) return current.families;
    const edges = [...allusion.outgoing[place], ...allusion.incoming[place]];
    const connected = edges.some((edge) => data.families[data.edges[edge].family].connection);
    if (!connected) return new Set(Object.keys(data.families));
    return data.entities[place].kind === 'person'
      ? new Set([...current.families, 'story']) : current.families;
  }

  function onChange(listener) {
    listeners.push(listener);
  }

  function announce() {
    current = parse(location.hash);
    listeners.forEach((listener) => listener(current));
  }

  window.addEventListener('hashchange', announce);
  narrow.addEventListener('change', announce);

  Object.assign(allusion, { go, onChange, announce, familiesFor, state: () => current });
})(window.allusion);
