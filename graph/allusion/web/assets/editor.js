// The editor: runs without leaving the page, completes terms and entities, keeps the last queries.
// Without JavaScript the form does the same with a new page.
(() => {
  'use strict';
  const form = document.querySelector('form.editor');
  const area = document.getElementById('query');
  const status = document.getElementById('status');
  const answer = document.getElementById('answer');
  const cancel = document.getElementById('cancel');
  const past = document.getElementById('history');
  const KEY = 'allusion.queries';
  const KEPT = 20;
  let running = null;

  cancel.hidden = false;

  function node(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function cut(text, length) {
    return text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text;
  }

  // Running

  async function run() {
    if (running) running.abort();
    close();
    running = new AbortController();
    cancel.disabled = false;
    status.textContent = 'running …';
    const query = area.value;
    const body = new URLSearchParams({ query, partial: '1', max_rows: form.dataset.rows });
    const began = performance.now();
    try {
      const response = await fetch(form.action, {
        method: 'POST',
        body,
        signal: running.signal,
        headers: { Accept: 'application/sparql-results+json, text/turtle' },
      });
      const type = response.headers.get('Content-Type') || '';
      const text = await response.text();
      const ms = Math.round(performance.now() - began);
      if (!response.ok) {
        fail(JSON.parse(text));
        return;
      }
      const cut = response.headers.get('Allusion-Truncated') || '';
      show(type, text, ms, cut);
      remember(query);
      history.replaceState(null, '', `?${new URLSearchParams({ query })}`);
    } catch (error) {
      if (error.name !== 'AbortError') fail({ title: 'The server does not answer', detail: String(error) });
      else status.textContent = 'cancelled; the query has stopped';
    } finally {
      running = null;
      cancel.disabled = true;
    }
  }

  function fail(problem) {
    status.textContent = '';
    area.setAttribute('aria-invalid', 'true');
    const fault = node('pre', { className: 'fault' }, node('code', { textContent: problem.detail }));
    const title = node('p', {}, node('strong', { textContent: problem.title }));
    const notice = node('div', { className: 'notice' }, title, fault);
    if (problem.status === 400) notice.append(document.getElementById('advice').content.cloneNode(true));
    notice.setAttribute('role', 'alert');
    answer.replaceChildren(notice);
    if (problem.line) select(problem.line, problem.column || 1);
  }

  // Select the line of a fault from its column on.
  function select(line, column) {
    const lines = area.value.split('\n');
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    const length = (lines[line - 1] || '').length;
    area.focus();
    area.setSelectionRange(start + Math.min(column - 1, Math.max(length - 1, 0)), start + length);
    area.scrollTop = Math.max(0, (line - 4) * lineHeight());
  }

  function show(type, text, ms, cut) {
    area.removeAttribute('aria-invalid');
    if (!type.includes('json')) {
      status.textContent = `${ms} ms${cut ? ', cut by a limit' : ''}`;
      const pre = node('pre', { tabIndex: 0 }, node('code', { textContent: text }));
      answer.replaceChildren(pre);
      return;
    }
    const found = JSON.parse(text);
    if ('boolean' in found) {
      status.textContent = `${ms} ms`;
      answer.replaceChildren(node('p', { className: 'lead', textContent: found.boolean ? 'Yes' : 'No' }));
      return;
    }
    const names = found.head.vars;
    const rows = found.results.bindings;
    const more = cut ? `, the first of more (limit ${cut})` : '';
    status.textContent = `${rows.length.toLocaleString('en')} ${rows.length === 1 ? 'row' : 'rows'}${more} · ${ms} ms`;
    const head = node(
      'tr',
      {},
      ...names.map((name) => {
        const cell = node('th', { textContent: name });
        cell.scope = 'col';
        return cell;
      }),
    );
    const lines = rows.map((row) => node('tr', {}, ...names.map((name) => cellOf(row[name]))));
    const table = node('table', {}, node('thead', {}, head), node('tbody', {}, ...lines));
    const scroll = node('div', { className: 'scroll', tabIndex: 0 }, table);
    scroll.setAttribute('role', 'region');
    scroll.setAttribute('aria-label', 'Answer');
    if (rows.length) answer.replaceChildren(scroll);
    else explainNoRows();
  }

  // Names of the vocabulary that it does not have are the usual cause.
  async function explainNoRows() {
    const line = node('p', { textContent: 'No rows.' });
    answer.replaceChildren(line);
    const known = new Set((await vocabulary()).map((term) => term.curie));
    const prefixes = new Set([...known].map((curie) => curie.split(':')[0]));
    const text = area.value.replace(/^\s*#.*$|<[^<>\s]*>|"[^"\n]*"|'[^'\n]*'/gm, '');
    const names = [...text.matchAll(/(?<![\w:?$-])([a-z][\w-]*):[A-Za-z][\w-]*/g)];
    const unknown = names.filter((one) => prefixes.has(one[1]) && !known.has(one[0])).map((one) => one[0]);
    if (unknown.length) line.textContent += ` The vocabulary has no ${[...new Set(unknown)].join(', ')}.`;
  }

  const BASE = 'https://w3id.org/allusion/';

  function cellOf(term) {
    const cell = node('td');
    if (!term) return cell;
    if (term['xml:lang'] && term['xml:lang'] !== 'en') cell.lang = term['xml:lang'];
    if ((term.datatype || '').match(/#(integer|decimal|double)$/)) cell.className = 'number';
    if (term.type === 'uri' && term.value.startsWith(BASE)) {
      const path = term.value.slice(BASE.length).replace('#', '/');
      const root = form.action.replace(/sparql$/, '');
      cell.append(node('a', { href: root + path, textContent: path.replace('/', ':') }));
    } else {
      cell.textContent = term.value;
    }
    return cell;
  }

  // History

  function stored() {
    try {
      return JSON.parse(localStorage.getItem(KEY) || '[]');
    } catch {
      return [];
    }
  }

  function remember(query) {
    const queries = [query, ...stored().filter((one) => one !== query)].slice(0, KEPT);
    try {
      localStorage.setItem(KEY, JSON.stringify(queries));
    } catch {
      /* the browser keeps nothing */
    }
    list();
  }

  function list() {
    const queries = stored();
    past.hidden = queries.length === 0;
    past.querySelector('ul').replaceChildren(
      ...queries.map((query) => {
        const lines = query.split('\n').filter((line) => line.trim() && !line.startsWith('PREFIX'));
        const button = node('button', { type: 'button', className: 'quiet', textContent: lines[0].slice(0, 90) });
        button.addEventListener('click', () => {
          area.value = query;
          area.dispatchEvent(new Event('change'));
          area.focus();
        });
        return node('li', {}, button);
      }),
    );
  }

  // Completion: prefixed names and terms from a list, entities by any of their names.

  const popup = node('ul', { className: 'found', id: 'completions', hidden: true });
  popup.setAttribute('role', 'listbox');
  popup.setAttribute('aria-label', 'Completions');
  area.after(popup);
  area.setAttribute('aria-autocomplete', 'list');
  area.setAttribute('aria-controls', 'completions');
  const WORDS = new Set(
    (
      'select distinct where from named graph optional union minus filter bind as values order by asc desc ' +
      'group having limit offset ask construct describe prefix base service not exists in a true false count sum avg min max ' +
      'sample group_concat separator lang langmatches str regex contains bound if coalesce year concat strlen lcase ucase'
    ).split(' '),
  );
  let terms = null;
  let chosen = -1;
  let start = 0; // of the words that a completion replaces; they end at the caret
  let timer = 0;
  let lookup = null;

  function close() {
    popup.hidden = true;
    chosen = -1;
    area.removeAttribute('aria-activedescendant');
  }

  function lineHeight() {
    return parseFloat(getComputedStyle(area).lineHeight) || 20;
  }

  // The words before the caret that may be a term or a name: [start, text].
  function fragment() {
    const caret = area.selectionStart;
    if (caret !== area.selectionEnd) return null;
    const line = area.value.slice(area.value.lastIndexOf('\n', caret - 1) + 1, caret);
    if (/^\s*#/.test(line) || (line.match(/"/g) || []).length % 2) return null;
    const last = line.match(/[^\s{}().;,<>"'|^/]+$/);
    if (!last || /^[?$<]/.test(last[0])) return null;
    if (last[0].includes(':')) return [caret - last[0].length, last[0]];
    const name = line.match(/(?<![^\s{}().;,])((?:[^\s{}().;,<>"':?$]+ ){0,3})([^\s{}().;,<>"':?$]+)$/);
    let text = last[0];
    if (name) {
      const before = name[1].trim() ? name[1].trim().split(' ') : [];
      while (before.length && !WORDS.has(before[before.length - 1].toLowerCase())) text = `${before.pop()} ${text}`;
    }
    return [caret - text.length, text];
  }

  async function vocabulary() {
    if (!terms) {
      const response = await fetch(form.dataset.terms);
      if (response.ok) terms = await response.json();
    }
    return terms || [];
  }

  async function suggest(force) {
    const found = fragment();
    if (!found || (!force && found[1].length < 2 && /^[ -~]*$/.test(found[1]))) {
      close();
      return;
    }
    const [, text] = found;
    let [from] = found;
    if (!force && WORDS.has(text.toLowerCase())) {
      close();
      return;
    }
    const asked = area.value;
    const lower = text.toLowerCase();
    const singular = lower.replace(/s$/, '');
    const ranked = (await vocabulary())
      .map((term) => [rank(term, lower) || rank(term, singular), term])
      .filter(([value]) => value > 0);
    ranked.sort((one, other) => other[0] - one[0]);
    const rows = ranked.slice(0, 8).map(([, term]) => ({ insert: term.curie, label: term.label, note: term.text }));
    const isName = !text.includes(':') || /^[a-z]+:[^:]{2,}$/.test(text);
    if (isName && text.length > 1) {
      if (lookup) lookup.abort();
      lookup = new AbortController();
      try {
        const [found, words] = await search(text, lookup.signal);
        from += text.length - words.length;
        for (const one of found.slice(0, 8)) {
          const other = one.matched === one.label ? '' : ` · ${one.matched}`;
          rows.push({
            insert: one.curie,
            label: one.label,
            note: `${one.kind}${one.year ? `, ${one.year}` : ''}${other}`,
          });
        }
      } catch (error) {
        if (error.name === 'AbortError') return;
      }
    }
    if (area.value === asked) open(rows, from);
  }

  // Entities by name, and the words that name them: the first words before the caret may be others.
  async function search(text, signal) {
    const [kind, name] = text.includes(':') ? text.split(':') : ['', text];
    const words = name.split(kind ? '-' : ' ');
    for (let first = 0; first < words.length; first += 1) {
      const rest = words.slice(first);
      if (first && rest.join('').length < 3) break;
      if (first && rest.length > 1 && /^[a-z]{1,3}$/.test(rest[0])) continue; // "to", "of"
      const query = new URLSearchParams({ q: rest.join(' '), ...(kind && { kind }) });
      const response = await fetch(`${form.dataset.search}?${query}`, { signal });
      const found = response.ok ? await response.json() : [];
      if (found.length || kind) return [found, kind ? text : rest.join(' ')];
    }
    return [[], text];
  }

  function rank(term, lower) {
    const curie = term.curie.toLowerCase();
    if (curie === lower) return 0;
    if (curie.startsWith(lower)) return 4;
    const local = curie.split(':')[1];
    if (local.startsWith(lower)) return 3;
    if (term.label.toLowerCase().startsWith(lower)) return 2;
    return lower.length > 2 && (local.includes(lower) || term.label.toLowerCase().includes(lower)) ? 1 : 0;
  }

  function open(rows, from) {
    start = from;
    popup.replaceChildren(
      ...rows.map((row, index) => {
        const item = node(
          'li',
          { id: `completion-${index}` },
          node('code', { textContent: row.insert }),
          ' ',
          node('span', { textContent: row.label }),
          ' ',
          node('span', { className: 'year', textContent: cut(row.note, 90) }),
        );
        item.setAttribute('role', 'option');
        item.setAttribute('aria-selected', 'false');
        item.dataset.insert = row.insert;
        return item;
      }),
    );
    popup.hidden = rows.length === 0;
    chosen = -1;
    if (popup.hidden) return;
    const before = area.value.slice(0, area.selectionStart).split('\n');
    const top = before.length * lineHeight() - area.scrollTop + 16;
    popup.style.setProperty('top', `${Math.min(top, area.clientHeight)}px`);
  }

  function mark(index) {
    const items = [...popup.children];
    chosen = (index + items.length) % items.length;
    items.forEach((item, at) => item.setAttribute('aria-selected', String(at === chosen)));
    area.setAttribute('aria-activedescendant', items[chosen].id);
    items[chosen].scrollIntoView({ block: 'nearest' });
  }

  function insert(text) {
    area.setRangeText(text, start, area.selectionStart, 'end');
    area.dispatchEvent(new Event('change'));
    close();
    area.focus();
  }

  area.addEventListener('input', () => {
    if (area.selectionStart < start) close();
    clearTimeout(timer);
    timer = setTimeout(() => suggest(false), 120);
  });
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
      return;
    }
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      suggest(true);
      return;
    }
    if (popup.hidden) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      mark(chosen + (event.key === 'ArrowDown' ? 1 : -1));
    } else if ((event.key === 'Enter' || event.key === 'Tab') && chosen >= 0) {
      event.preventDefault();
      insert(popup.children[chosen].dataset.insert);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      close();
    } else if (/^(Arrow(Left|Right)|Home|End|Page(Up|Down))$/.test(event.key)) {
      close(); // the caret leaves the words
    }
  });
  area.addEventListener('pointerdown', close);
  popup.addEventListener('pointerdown', (event) => {
    const item = event.target.closest('li');
    if (item) {
      event.preventDefault();
      insert(item.dataset.insert);
    }
  });
  area.addEventListener('blur', close);
  cancel.addEventListener('click', () => running?.abort());
  form.addEventListener('submit', (event) => {
    if (document.getElementById('format').value) return;
    event.preventDefault();
    run();
  });
  list();
  const fault = document.getElementById('fault');
  if (fault?.dataset.line) select(Number(fault.dataset.line), Number(fault.dataset.column) || 1);
})();
