/** Export of what is shown: SVG, PNG, CSV, JSON. */
allusion.define((allusion) => {
  'use strict';
  const { data, byId, svg } = allusion;
  const KEPT = new Set([
    'class',
    'd',
    'x',
    'y',
    'cx',
    'cy',
    'r',
    'rx',
    'width',
    'height',
    'viewBox',
    'fill',
    'transform',
    'lang',
    'text-anchor',
    'stroke-width',
    'stroke-dasharray',
  ]);

  /** The CSS rules of the picture, with the colors of the current theme. */
  function rules() {
    const style = getComputedStyle(document.documentElement);
    return [...document.styleSheets]
      .flatMap((sheet) => [...sheet.cssRules])
      .filter(
        (rule) =>
          rule instanceof CSSFontFaceRule ||
          (rule instanceof CSSStyleRule &&
            rule.selectorText.startsWith('.picture') &&
            !/:(hover|focus)/.test(rule.selectorText)),
      )
      .map((rule) =>
        rule.cssText.replace(/var\(--([a-z]+)\)/g, (_, name) => style.getPropertyValue(`--${name}`).trim()),
      )
      .join('\n');
  }

  /** A copy of the current picture without its controls. @type {Allusion['currentSvg']} */
  function currentSvg(onPaper) {
    const shown = allusion.views[allusion.state().view].picture(onPaper);
    if (!shown) return null;
    const copy = /** @type {SVGSVGElement} */ (shown.cloneNode(true));
    const [, , width, height] = sizeOf(copy);
    for (const grip of copy.querySelectorAll('.grip, .reach')) grip.remove();
    for (const node of [copy, ...copy.querySelectorAll('*')]) {
      for (const { name } of [...node.attributes]) if (!KEPT.has(name)) node.removeAttribute(name);
      // Controls have no function in a file, so they do not look like controls.
      node.classList.remove('chosen', 'dim', 'more', 'decade');
    }
    copy.setAttribute('width', String(width));
    copy.setAttribute('height', String(height));
    copy.setAttribute('role', 'img');
    copy.setAttribute('aria-label', `${allusion.nameOf(allusion.state().focus).text}: ${allusion.state().view}`);
    return copy;
  }

  /** The current picture as a file of its own, with style, title and source. */
  function standaloneSvg() {
    const state = allusion.state();
    const copy = currentSvg();
    if (!copy) return null;
    const [words, room] = data.imprint;
    const [, , width, bare] = sizeOf(copy);
    const shown = /** @type {SVGSVGElement} */ (allusion.views[state.view].picture());
    const key = allusion.drawingLegend(shown, bare + 14, width);
    const height = bare + (key.height ? key.height + 10 : 0);
    copy.setAttribute('viewBox', `0 0 ${width} ${height + room}`);
    for (const one of [copy, copy.querySelector('rect.paper')]) one?.setAttribute('height', String(height + room));
    copy.append(key.legend);
    if (words)
      copy.append(svg('text', { class: 'imprint', x: 16, y: height + 6 }, allusion.truncate(words, 11, width - 32)));
    copy.prepend(
      svg('title', {}, `${allusion.nameOf(state.focus).text}: ${state.view}`),
      svg('desc', {}, allusion.citation()),
      svg('style', {}, rules()),
    );
    return copy;
  }

  /** @param {Element} picture */
  const sizeOf = (picture) => (picture.getAttribute('viewBox') || '').split(' ').map(Number);

  /** @param {Element} picture */
  function asText(picture) {
    return new XMLSerializer().serializeToString(picture);
  }

  /** The picture as PNG, at twice its size for printing. @param {Element} picture */
  async function png(picture) {
    const [, , width, height] = sizeOf(picture);
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(asText(picture))}`;
    await image.decode();
    const factor = Math.min(2, 8000 / Math.max(width, height));
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [Math.round(width * factor), Math.round(height * factor)];
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => {
      canvas.toBlob(done, 'image/png');
    });
  }

  function records() {
    const state = allusion.state();
    return allusion.views[state.view].edges(state).map((index) => {
      const edge = data.edges[index];
      const [from, to] = [edge.from, edge.to].map((end) => ({
        iri: data.base + data.entities[end].id,
        name: allusion.nameOf(end).text,
        kind: data.entities[end].kind,
        year: data.entities[end].year,
      }));
      return {
        iri: data.base + edge.id,
        from,
        to,
        family: edge.family,
        kind: edge.kindLabel,
        phrase: edge.phrase,
        sentence: allusion.sentenceOf(edge),
        certainty: edge.certainty,
        disputed: Boolean(edge.disputed),
        scene: edge.scene,
        speaker: edge.speaker,
        toldBy: edge.toldBy,
        language: edge.language,
        sources: (edge.evidence || []).map(([source, stance, locator, paraphrase]) => ({
          ...data.sources[source],
          unsafe: undefined,
          stance,
          locator,
          paraphrase,
        })),
      };
    });
  }

  function json() {
    return JSON.stringify({ source: allusion.citation(), address: location.hash, connections: records() }, null, 2);
  }

  /**
   * A CSV cell (RFC 4180). Text that starts like a formula gets an apostrophe in front, as OWASP advises against CSV
   * injection.
   * @param {any} value
   */
  function cell(value) {
    const text = value === undefined || value === null ? '' : String(value);
    const calm = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
    return /[",\r\n']/.test(calm) ? `"${calm.replaceAll('"', '""')}"` : calm;
  }

  /** Distinct sources with stance, title and URL. @param {(Source & { stance: string })[]} sources */
  function named(sources) {
    return [
      ...new Set(sources.map(({ stance, title, url }) => `${stance}: ${[title, url].filter(Boolean).join(' ')}`)),
    ].join(' | ');
  }

  function csvText() {
    const heads = [
      'from',
      'from_year',
      'connection',
      'to',
      'to_year',
      'sentence',
      'certainty',
      'disputed',
      'sources',
      'disputed_by',
      'from_iri',
      'to_iri',
      'iri',
    ];
    const rows = records().map((one) => [
      one.from.name,
      one.from.year,
      one.kind,
      one.to.name,
      one.to.year,
      one.sentence,
      one.certainty,
      one.disputed ? 'yes' : '',
      named(one.sources.filter((source) => source.stance !== 'disputes')),
      named(one.sources.filter((source) => source.stance === 'disputes')),
      one.from.iri,
      one.to.iri,
      one.iri,
    ]);
    // The byte order mark makes spreadsheets read UTF-8.
    return `\ufeff${[heads, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
  }

  /** @param {string | Blob} content @param {string} type @param {string} ending */
  function save(content, type, ending) {
    const state = allusion.state();
    const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
    const name = [allusion.keyOf(state.focus).replace(/[^a-z0-9-]+/gi, '-'), state.view].join('-');
    const link = allusion.el('a', { href: url, download: `${name}.${ending}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
    // A page cannot know whether the browser or a notebook blocks its download.
    const framed = window.top !== window;
    allusion.notify(framed ? `Download of ${name}.${ending} requested` : `Saved as ${name}.${ending}`);
  }

  const MAKERS = {
    svg: () => {
      const picture = standaloneSvg();
      if (picture) save(asText(picture), 'image/svg+xml', 'svg');
      else allusion.notify('There is no picture to save here');
    },
    png: async () => {
      const picture = standaloneSvg();
      if (picture) save(await png(picture), 'image/png', 'png');
      else allusion.notify('There is no picture to save here');
    },
    csv: () => save(csvText(), 'text/csv', 'csv'),
    json: () => save(json(), 'application/json', 'json'),
  };
  for (const [name, make] of Object.entries(MAKERS)) byId(`save-${name}`).addEventListener('click', make);

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ csvText: csvText, currentSvg, standaloneSvg }));
});
