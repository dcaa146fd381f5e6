/** Brings the parts together: one address, all views drawn from it. */
(function (allusion) {
  'use strict';
  const { data, byId } = allusion;

  function render(state) {
    document.body.dataset.showing = state.view;
    document.title = `${data.entities[state.focus].name} · ${document.querySelector('.brand').textContent}`;
    for (const view of ['focus', 'network', 'list']) {
      byId(`${view}-view`).hidden = view !== state.view;
      document.querySelector(`[data-view=${view}]`).setAttribute('aria-current', view === state.view ? 'page' : 'false');
    }
    allusion.drawFocus(state);
    allusion.drawList(state);
    allusion.drawLegend(state);
    allusion.drawPanel(state);
    allusion.drawNetwork(state);
  }

  for (const button of document.querySelectorAll('[data-view]')) {
    button.addEventListener('click', () => allusion.go({ view: button.dataset.view }));
  }
  const zoom = (factor) => (allusion.state().view === 'network' ? allusion.zoomNetwork(factor) : allusion.zoomFocus(factor));
  byId('smaller').addEventListener('click', () => zoom(1 / 1.25));
  byId('larger').addEventListener('click', () => zoom(1.25));
  byId('fit').addEventListener('click', () => zoom(0));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && document.body.classList.contains('reading')) {
      allusion.go({ shown: allusion.state().focus, edge: -1 });
    }
  });

  allusion.onChange(render);
  allusion.announce();
  performance.mark('allusion-drawn');
})(window.allusion);
