// Colors of SPARQL in the editor: a layer with the same text behind the textarea, whose own text is transparent.
// Without JavaScript, or for a very long text, the textarea shows its text as usual.
(() => {
  'use strict';
  const KEYWORDS = new Set(
    (
      'add all as asc ask base bind by clear construct copy create data default delete desc describe distinct drop exists ' +
      'filter from graph group having in insert into limit load minus move named not offset optional order prefix reduced ' +
      'select separator service silent to undef union using values where with'
    ).split(' '),
  );
  const LONGEST = 50000;
  const NAME = String.raw`[\p{L}\p{N}_\u00B7]`;
  // In this order; an IRI comes before a comment, because it may contain #.
  const TOKENS = [
    ['iri', String.raw`<[^<>"{}|^${'`'}\\\s]*>`],
    ['comment', String.raw`#[^\n]*`],
    ['string', String.raw`"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?`],
    ['variable', `[?$]${NAME}+`],
    ['string', '@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*'],
    ['name', String.raw`(?:\p{L}(?:[\p{L}\p{N}_.\-]*[\p{L}\p{N}_\-])?|_)?:(?:(?:${NAME}|[:.%\-])*(?:${NAME}|[:%\-]))?`],
    ['number', String.raw`(?:\d+\.?\d*|\.\d+)(?:[eE][+\-]?\d+)?`],
    ['word', String.raw`\p{L}${NAME}*`],
    ['', String.raw`\s+|[\s\S]`],
  ];
  const PATTERN = new RegExp(TOKENS.map(([, pattern]) => `(${pattern})`).join('|'), 'gu');

  // The tokens of a query as [kind, text]; together they are the text.
  function tokens(text) {
    const found = [];
    for (const match of text.matchAll(PATTERN)) {
      let kind = TOKENS[match.slice(1).findIndex((part) => part !== undefined)][0];
      if (kind === 'word') {
        const word = match[0].toLowerCase();
        const called = /^\s*\(/.test(text.slice(match.index + match[0].length, match.index + match[0].length + 20));
        kind = KEYWORDS.has(word) || match[0] === 'a' ? 'keyword' : called ? 'function' : '';
        if (word === 'true' || word === 'false') kind = 'number';
      }
      const last = found[found.length - 1];
      if (last && last[0] === kind) last[1] += match[0];
      else found.push([kind, match[0]]);
    }
    return found;
  }

  globalThis.sparqlTokens = tokens;
  const area = globalThis.document?.getElementById('query');
  if (!area) return;
  const layer = document.createElement('pre');
  layer.className = 'code colors';
  layer.setAttribute('aria-hidden', 'true');

  function scroll() {
    layer.scrollTop = area.scrollTop;
    layer.scrollLeft = area.scrollLeft;
  }

  function paint() {
    const text = area.value;
    const colored = text.length <= LONGEST;
    area.classList.toggle('colored', colored);
    const parts = (colored ? tokens(text) : []).map(([kind, part]) => {
      if (!kind) return part;
      const span = document.createElement('span');
      span.className = `t-${kind}`;
      span.textContent = part;
      return span;
    });
    layer.replaceChildren(...parts, '\n');
    scroll();
  }

  area.before(layer);
  area.addEventListener('input', paint);
  area.addEventListener('change', paint);
  area.addEventListener('scroll', scroll);
  new ResizeObserver(scroll).observe(area);
  paint();
})();
