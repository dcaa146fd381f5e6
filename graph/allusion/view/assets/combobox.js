/** The search field with its list of results (ARIA combobox); also used for the two ends of a path. */
allusion.define((allusion) => {
  'use strict';
  const { data, el, byId, kindIcon, yearOf } = allusion;
  const MOST = 10;

  /**
   * Turn an input and a list into a combobox.
   * @param {HTMLInputElement} input @param {HTMLElement} found @param {(index: number) => void} take
   * @param {() => string} rest the text of the field when nobody types
   */
  function combobox(input, found, take, rest = () => '') {
    let active = -1;
    /** @returns {HTMLElement[]} */
    const options = () => [...found.querySelectorAll(/** @type {any} */ ('[role=option]'))];

    function show() {
      const hits = allusion.searchNames(input.value);
      active = hits.length ? 0 : -1;
      found.replaceChildren(...hits.slice(0, MOST).map(option));
      /** @param {string} words */
      const note = (words) =>
        found.append(el('li', { class: 'note', role: 'option', 'aria-disabled': 'true', 'data-note': true }, words));
      if (hits.length && hits[0].how === 'typo') note('No exact match; these names differ by one letter');
      if (hits.length > MOST) note(`and ${hits.length - MOST} more: type more letters`);
      if (!hits.length && input.value.trim()) note('No name matches');
      toggle(input.value.trim() !== '');
      mark();
    }

    /** @param {SearchHit} hit @param {number} order */
    function option(hit, order) {
      const entity = data.entities[hit.index];
      const name = allusion.nameOf(hit.index);
      return el(
        'li',
        {
          role: 'option',
          id: `${found.id}-${order}`,
          'data-index': hit.index,
          // mousedown comes before blur, which hides the list.
          mousedown: (event) => {
            event.preventDefault();
            choose(hit.index);
          },
        },
        kindIcon(entity.kind),
        el('span', { class: 'hit', lang: name.lang }, name.text),
        hit.text !== name.text && el('span', { class: 'matched', lang: hit.lang }, hit.text),
        el('span', { class: 'year' }, [entity.type, yearOf(entity)].filter(Boolean).join(' · ')),
      );
    }

    function real() {
      return options().filter((one) => one.hasAttribute('data-index'));
    }

    function mark() {
      real().forEach((one, order) => one.setAttribute('aria-selected', String(order === active)));
      const chosen = real()[active];
      if (chosen) {
        input.setAttribute('aria-activedescendant', chosen.id);
        chosen.scrollIntoView({ block: 'nearest' });
      } else {
        input.removeAttribute('aria-activedescendant');
      }
    }

    /** @param {boolean} open */
    function toggle(open) {
      found.hidden = !open;
      input.setAttribute('aria-expanded', String(open));
    }

    /** @param {number} index */
    function choose(index) {
      toggle(false);
      input.value = rest();
      take(index);
    }

    input.addEventListener('input', show);
    // Build the index before the first letter is typed.
    input.addEventListener('focus', () => {
      input.select();
      setTimeout(() => allusion.searchNames(''));
    });
    input.addEventListener('blur', () => {
      toggle(false);
      input.value = rest();
    });
    input.addEventListener('keydown', (event) => {
      const many = real().length;
      if (event.isComposing) return;
      if (event.key === 'ArrowDown' && many) active = (active + 1) % many;
      else if (event.key === 'ArrowUp' && many) active = (active + many - 1) % many;
      else if (event.key === 'Enter' && active >= 0 && !found.hidden) choose(Number(real()[active].dataset.index));
      else if (event.key === 'Escape') {
        input.value = rest();
        toggle(false);
        input.blur();
      } else return;
      event.preventDefault();
      mark();
    });
  }

  const input = /** @type {HTMLInputElement} */ (byId('search'));
  combobox(input, byId('found'), (index) => {
    const { view } = allusion.state();
    allusion.navigate({ focus: index, view: view === 'timeline' ? view : 'focus' });
  });
  document.addEventListener('keydown', (event) => {
    const typing =
      event.target instanceof HTMLElement &&
      event.target.closest('input:not([type=checkbox]), textarea, select, dialog');
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ combobox }));
});
