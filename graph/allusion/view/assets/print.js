/**
 * Print: the current picture at the width of the paper, then the list, in light colors and with everything unfolded.
 */
allusion.define((allusion) => {
  'use strict';
  const { el, byId } = allusion;
  const paper = byId('paper');
  const print = window.matchMedia('print');
  const TOLD = ['path', 'scene'];
  /** @type {HTMLDetailsElement[]} */
  let opened = [];

  /** The heading: the entity, and the URL of the view. @param {State} state */
  function head(state) {
    const [second, lang] = allusion.secondNameOf(state.focus);
    const other = allusion.hasPair(state) && state.to >= 0;
    return el(
      'header',
      {},
      el(
        'h1',
        {},
        allusion.nameElement(state.focus),
        other
          ? [state.view === 'path' ? ' to ' : ' and ', allusion.nameElement(state.to)]
          : second && el('span', { class: 'year', lang }, second),
      ),
      el('p', { class: 'note' }, `${byId('status').textContent} ${allusion.formatUrl(state)}`),
    );
  }

  /** The visible part of the legend, without its switches. */
  function key() {
    const chips = [...document.querySelectorAll(/** @type {any} */ ('#legend .families .chip:not([hidden])'))]
      .filter((chip) => chip.querySelector('input')?.checked ?? true)
      .map((chip) => chip.cloneNode(true));
    for (const chip of chips) for (const part of chip.querySelectorAll('input, .switch')) part.remove();
    return el('p', { class: 'chips key-line' }, chips);
  }

  function lay() {
    const state = allusion.state();
    const told = TOLD.includes(state.view) && !state.list;
    const picture = state.list ? null : allusion.currentSvg(true);
    const wide = picture && picture.viewBox.baseVal.width > 1.15 * picture.viewBox.baseVal.height;
    paper.className = `paper-sheet${told ? ' told' : wide ? ' wide' : ''}`;
    paper.replaceChildren(head(state), ...(picture ? [key(), picture] : []));
    if (!told) allusion.drawList(state, true);
    opened = told ? [...document.querySelectorAll(/** @type {any} */ (`#${state.view}-view details:not([open])`))] : [];
    for (const one of opened) one.open = true;
  }

  function clear() {
    paper.replaceChildren();
    for (const one of opened) one.open = false;
    opened = [];
    if (allusion.state().list) allusion.drawList(allusion.state());
  }

  let laid = false;
  /** @param {boolean} on */
  function turn(on) {
    if (on === laid) return;
    laid = on;
    if (on) lay();
    else clear();
  }

  print.addEventListener('change', () => turn(print.matches));
  window.addEventListener('beforeprint', () => turn(true));
  window.addEventListener('afterprint', () => turn(false));
});
