/** Connects the views with the controls: every change of the URL draws the current view. */
allusion.define((allusion) => {
  'use strict';
  const { data, byId, views } = allusion;
  const root = document.documentElement;
  const language = /** @type {HTMLSelectElement} */ (byId('language'));
  const tabs = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('nav.views [data-view]'));
  const theme = /** @type {HTMLSelectElement} */ (byId('theme'));

  /** @param {State} state */
  function render(state) {
    const showing = state.list ? 'list' : state.view;
    document.body.dataset.showing = showing;
    document.body.dataset.view = state.view;
    if (state.theme) root.dataset.theme = state.theme;
    else delete root.dataset.theme;
    document.title = `${allusion.nameOf(state.focus).text} · ${document.querySelector('.brand')?.textContent}`;
    language.value = state.lang || data.languages[0] || 'en';
    theme.value = state.theme;
    for (const view of [...Object.keys(views), 'list']) byId(`${view}-view`).hidden = view !== showing;
    for (const tab of tabs) tab.setAttribute('aria-current', tab.dataset.view === state.view ? 'page' : 'false');
    byId('as-list').setAttribute('aria-pressed', String(state.list));
    byId('two-hops').hidden = state.view !== 'focus';
    byId('two-hops').setAttribute('aria-pressed', String(state.open.size > 0));
    document.querySelector('.tools')?.classList.toggle('with-zoom', Boolean(views[state.view].zoom));
    if (state.list) allusion.drawList(state);
    // The fields for the ends of a path are above the list too.
    if (!state.list || allusion.hasPair(state)) views[state.view].draw(state);
    allusion.showTooltip('');
    allusion.drawLegend(state);
    allusion.drawPanel(state);
  }

  for (const tab of tabs) tab.addEventListener('click', () => allusion.navigate({ view: tab.dataset.view }));
  byId('as-list').addEventListener('click', () => {
    const list = !allusion.state().list;
    allusion.navigate({ list, usualList: list === allusion.narrow.matches });
  });
  language.addEventListener('change', () =>
    allusion.navigate({ lang: language.value === (data.languages[0] || 'en') ? '' : language.value }),
  );
  if (![...language.options].some((one) => one.value === (data.languages[0] || 'en'))) {
    language.prepend(allusion.el('option', { value: data.languages[0] }, allusion.languageName(data.languages[0])));
  }
  theme.addEventListener('change', () => allusion.navigate({ theme: theme.value }, { replace: true }));
  byId('two-hops').addEventListener('click', () => {
    const { open, focus } = allusion.state();
    const some = allusion
      .focusNeighbors(allusion.state())
      .map((item) => item.entity)
      .filter((index) => allusion.secondHopOf(focus, index).length)
      .slice(0, 8);
    allusion.navigate({ open: new Set(open.size ? [] : some) });
  });
  /** @param {number} factor */
  const zoom = (factor) => {
    const view = views[allusion.state().view];
    if (view.zoom) view.zoom(factor);
  };
  byId('smaller').addEventListener('click', () => zoom(1 / 1.25));
  byId('larger').addEventListener('click', () => zoom(1.25));
  byId('fit').addEventListener('click', () => zoom(0));
  document.addEventListener('keydown', (event) => {
    if (
      event.key === 'Escape' &&
      document.body.classList.contains('reading') &&
      !document.querySelector('dialog[open]')
    ) {
      allusion.navigate({ shown: allusion.state().focus, edge: -1 });
    }
  });
  allusion.onChange(render);
  allusion.applyUrl();
});
allusion.boot();
