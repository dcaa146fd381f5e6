/** Search over every name in every script, as you type. */
(function (allusion) {
  'use strict';
  const { data, el, byId, glyph, yearOf } = allusion;
  const MOST = 10;
  const input = /** @type {HTMLInputElement} */ (byId('search'));
  const found = byId('found');
  /** @type {{place: number, text: string, lang: string, folded: string}[]} */
  let names = [];
  let active = -1;

  /** One form for what people may type: width, case, accents and quotes do not matter. */
  function fold(text) {
    return text.normalize('NFKD').replace(/[\u0300-\u036f'’‘ʼ]/g, '').normalize('NFKC').toLowerCase()
      .replace(/[\s·・.,:;!?-]+/g, ' ').trim();
  }

  function index() {
    if (names.length) return;
    names = data.entities.flatMap((entity, place) => {
      const own = [[entity.name, entity.lang || ''], ...(entity.names || []), ...(entity.aliases || [])];
      return own.map(([text, lang]) => ({ place, text, lang, folded: fold(text) }));
    });
  }

  /** The entities with a name like this, the best match first. */
  function search(text) {
    const wanted = fold(text);
    if (!wanted) return [];
    const best = new Map();
    for (const name of names) {
      const at = name.folded.indexOf(wanted);
      if (at < 0) continue;
      const rank = name.folded === wanted ? 0 : at === 0 ? 1 : name.folded[at - 1] === ' ' ? 2 : 3;
      const before = best.get(name.place);
      if (!before || rank < before.rank) best.set(name.place, { ...name, rank });
    }
    const degree = (place) => allusion.outgoing[place].length + allusion.incoming[place].length;
    return [...best.values()].sort((one, other) => one.rank - other.rank || degree(other.place) - degree(one.place) || one.place - other.place);
  }

  function show() {
    index();
    const hits = search(input.value);
    active = hits.length ? 0 : -1;
    found.replaceChildren(...hits.slice(0, MOST).map(option));
    if (hits.length > MOST) found.append(el('li', { class: 'note', role: 'presentation' }, `and ${hits.length - MOST} more: type on`));
    if (!hits.length && input.value.trim()) found.append(el('li', { class: 'note', role: 'presentation' }, 'No name like this'));
    toggle(input.value.trim() !== '');
    mark();
  }

  function option(hit, order) {
    const entity = data.entities[hit.place];
    return el('li', {
      role: 'option', id: `found-${order}`, 'data-place': hit.place,
      // Before the field loses its focus and the list is gone.
      mousedown: (event) => { event.preventDefault(); choose(hit.place); },
    },
    glyph(entity.kind),
    el('span', { class: 'hit', lang: entity.lang }, entity.name),
    hit.text !== entity.name && el('span', { class: 'matched', lang: hit.lang }, hit.text),
    el('span', { class: 'year' }, [entity.type, yearOf(entity)].filter(Boolean).join(' · ')));
  }

  function options() {
    return [...found.querySelectorAll('[role=option]')];
  }

  function mark() {
    options().forEach((one, order) => one.setAttribute('aria-selected', String(order === active)));
    const chosen = options()[active];
    if (chosen) {
      input.setAttribute('aria-activedescendant', chosen.id);
      chosen.scrollIntoView({ block: 'nearest' });
    } else {
      input.removeAttribute('aria-activedescendant');
    }
  }

  function toggle(open) {
    found.hidden = !open;
    input.setAttribute('aria-expanded', String(open));
  }

  function choose(place) {
    toggle(false);
    input.value = '';
    allusion.go({ focus: place });
  }

  input.addEventListener('input', show);
  input.addEventListener('focus', () => { if (input.value) show(); });
  input.addEventListener('blur', () => toggle(false));
  input.addEventListener('keydown', (event) => {
    const many = options().length;
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' && many) active = (active + 1) % many;
    else if (event.key === 'ArrowUp' && many) active = (active + many - 1) % many;
    else if (event.key === 'Enter' && active >= 0) choose(Number(options()[active].dataset.place));
    else if (event.key === 'Escape') { input.value = ''; toggle(false); input.blur(); }
    else return;
    event.preventDefault();
    mark();
  });
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, select');
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
})(window.allusion);
