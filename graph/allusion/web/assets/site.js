// Search as you type. Without JavaScript the form opens the page of the search.
(() => {
  'use strict';
  const field = document.querySelector('input[data-search]');
  if (!field) return;
  const root = field.dataset.search.replace(/search\.json$/, '');
  const list = document.createElement('ul');
  list.className = 'found';
  list.id = 'found';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', 'Entities');
  field.after(list);
  const attributes = {
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-controls': 'found',
    'aria-autocomplete': 'list',
  };
  for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
  let chosen = -1;
  let timer = 0;
  let request = null;

  function close() {
    list.hidden = true;
    chosen = -1;
    field.setAttribute('aria-expanded', 'false');
    field.removeAttribute('aria-activedescendant');
  }

  function choose(index) {
    const items = [...list.children];
    if (!items.length) return;
    chosen = (index + items.length) % items.length;
    items.forEach((item, at) => item.setAttribute('aria-selected', String(at === chosen)));
    field.setAttribute('aria-activedescendant', items[chosen].id);
    items[chosen].scrollIntoView({ block: 'nearest' });
  }

  function show(rows) {
    list.replaceChildren(
      ...rows.map((row, index) => {
        const item = document.createElement('li');
        item.id = `found-${index}`;
        item.setAttribute('role', 'option');
        item.setAttribute('aria-selected', 'false');
        item.dataset.path = row.path;
        const name = document.createElement('span');
        name.textContent = row.label;
        const detail = document.createElement('span');
        detail.className = 'year';
        const other = row.matched === row.label ? '' : ` · ${row.matched}`;
        detail.textContent = `${row.kind}${row.year ? `, ${row.year}` : ''}${other}`;
        if (other) detail.lang = row.language;
        item.append(name, ' ', detail);
        return item;
      }),
    );
    chosen = -1;
    list.hidden = rows.length === 0;
    field.setAttribute('aria-expanded', String(!list.hidden));
  }

  async function search() {
    if (request) request.abort();
    const text = field.value.trim();
    if (!text) {
      close();
      return;
    }
    request = new AbortController();
    try {
      const response = await fetch(`${field.dataset.search}?q=${encodeURIComponent(text)}`, { signal: request.signal });
      if (response.ok) show(await response.json());
    } catch (error) {
      if (error.name !== 'AbortError') close();
    }
  }

  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(search, 80);
  });
  field.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (list.hidden) return;
      event.preventDefault();
      choose(chosen + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Escape') {
      close();
    } else if (event.key === 'Enter' && chosen >= 0) {
      event.preventDefault();
      location.href = root + list.children[chosen].dataset.path;
    }
  });
  list.addEventListener('pointerdown', (event) => {
    const item = event.target.closest('li');
    if (item) {
      event.preventDefault();
      location.href = root + item.dataset.path;
    }
  });
  field.addEventListener('blur', close);
})();

// Names of entities in the fields of forms. Without JavaScript they are typed in full.
for (const field of document.querySelectorAll('input[data-complete]')) {
  const list = document.createElement('datalist');
  list.id = `${field.id}-names`;
  field.setAttribute('list', list.id);
  field.after(list);
  let timer = 0;
  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const parts = field.value.split(';');
      const text = parts.pop().trim();
      if (!text) return;
      const kind = field.dataset.kind ? `&kind=${encodeURIComponent(field.dataset.kind)}` : '';
      const response = await fetch(`${field.dataset.complete}?q=${encodeURIComponent(text)}${kind}`);
      if (!response.ok) return;
      const rows = await response.json();
      const names = rows.map((row) => row.matched);
      const before = parts.map((part) => `${part.trim()}; `).join('');
      list.replaceChildren(
        ...rows.map((row) => {
          const option = document.createElement('option');
          // A name of several entities, or one that no source gives, is not clear.
          const isUnique = names.filter((name) => name === row.matched).length === 1 && !row.matched.startsWith('[');
          option.value = before + (isUnique ? row.matched : row.curie);
          option.label = `${row.label} (${row.kind}${row.year ? `, ${row.year}` : ''})`;
          return option;
        }),
      );
    }, 80);
  });
}
