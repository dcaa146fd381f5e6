/**
 * Estimated text widths, line breaks, and sizes of boxes, as in text_metrics.py and text_boxes.py, which explain them.
 * The widths of characters come with the data; a browser test compares both.
 */
allusion.define((allusion) => {
  'use strict';
  const { data } = allusion;
  const figures = data.text;
  const wideOnes = new Set(figures.wideOnes);
  const noneOnes = new Set(figures.noneOnes);
  const [NAME, SUB, LABEL, TITLE, SECOND, META] = [13, 11, 12, 23, 16, 12];
  const [GLYPH_ROOM, PAD] = [30, 12];
  /**
   * Widths at most of names, edge labels, title and curves, and lines at most of names and edge labels: as in
   * text_boxes.py, and denser sets for narrow windows, because smaller text could not be read.
   */
  const DENSITIES = [
    [156, 176, 224, 110, 2, 2],
    [156, 176, 224, 64, 2, 2],
    [156, 160, 150, 48, 2, 2],
    [140, 148, 150, 44, 3, 2],
    [124, 138, 150, 34, 3, 3],
    [112, 114, 130, 34, 3, 3],
    [100, 104, 130, 30, 3, 4],
    [92, 84, 110, 28, 3, 4],
  ];
  let density = 0;
  /** Width of a line with a maker and a reporter, in widths of other lines; not in narrow windows. */
  const HOLDER_STRETCH = 1.5;
  /** @param {number} field */
  const limitOf = (field) => DENSITIES[density][field];
  const ELLIPSIS = '…';
  const UNSAFE = /[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]+/gu;

  /** @type {Allusion['cleanText']} */
  const cleanText = (text) => text.replace(UNSAFE, ' ').split(/\s+/u).filter(Boolean).join(' ');

  /** @type {Allusion['textWidth']} */
  function textWidth(text, size, bold) {
    let units = 0;
    for (const one of text) {
      const code = one.codePointAt(0) || 0;
      if (code >= 0x20 && code <= 0x7e) units += figures.ascii[code - 0x20];
      else if (wideOnes.has(one)) units += figures.wide;
      else if (!noneOnes.has(one)) units += figures.narrow;
    }
    return Math.floor((units * size * (bold ? figures.bold : 1)) / 1000 + 0.999);
  }

  /** @type {Allusion['truncate']} */
  function truncate(text, size, limit, bold) {
    if (textWidth(text, size, bold) <= limit) return text;
    const kept = [...text];
    while (kept.length && textWidth(kept.join('') + ELLIPSIS, size, bold) > limit) kept.pop();
    return kept.join('').trimEnd() + ELLIPSIS;
  }

  /**
   * Break a text into at most `lines` lines of `limit` pixels; the last one is truncated.
   * @type {Allusion['wrapText']}
   */
  function wrapText(text, size, limit, lines, bold) {
    const whole = cleanText(text);
    const found = greedy(whole, size, limit, lines, bold);
    const count = found.length;
    if ((count === 2 || count === 3) && !found[count - 1].endsWith(ELLIPSIS)) {
      const words = [...whole].some((one) => wideOnes.has(one)) ? [] : whole.match(/[^\s-]+-?|-/gu) || [];
      const longest = Math.max(0, ...words.map((word) => textWidth(word, size, bold)));
      for (const share of [1.06, 1.16, 1.28]) {
        const even = Math.max(longest, Math.floor((textWidth(whole, size, bold) * share) / count));
        const balanced = greedy(whole, size, even, count + 1, bold);
        if (balanced.length === count && even < limit) return balanced;
      }
    }
    return found;
  }

  /**
   * @param {string} text
   * @param {number} size
   * @param {number} limit
   * @param {number} lines
   * @param {boolean | undefined} bold
   */
  function greedy(text, size, limit, lines, bold) {
    let rest = text;
    const done = [];
    while (rest && done.length < lines - 1) {
      const cut = breakAt(rest, size, limit, bold);
      if (cut === rest.length) break;
      done.push(rest.slice(0, cut).trimEnd());
      rest = rest.slice(cut).trimStart();
    }
    if (rest) done.push(truncate(rest, size, limit, bold));
    return done;
  }

  /**
   * The number of characters that fit on a line, up to the last good break.
   * @param {string} text
   * @param {number} size
   * @param {number} limit
   * @param {boolean | undefined} bold
   */
  function breakAt(text, size, limit, bold) {
    if (textWidth(text, size, bold) <= limit) return text.length;
    const ones = [...text];
    let fits = 0;
    let good = 0;
    for (let index = 1; index <= ones.length; index += 1) {
      if (textWidth(ones.slice(0, index).join(''), size, bold) > limit) break;
      fits = index;
      const next = ones[index] || '';
      const wide = next && wideOnes.has(next) && wideOnes.has(ones[index - 1]);
      if (/^\s$/u.test(next) || ones[index - 1] === '-' || wide) good = index;
    }
    return ones.slice(0, good || Math.max(1, fits)).join('').length;
  }

  /** Cache of boxes, by entity and language. @type {Map<string, TextBox>} */
  const boxes = new Map();

  /** @param {string} what @param {number} index @param {(index: number) => TextBox} make */
  function remembered(what, index, make) {
    const key = `${what} ${index} ${density} ${allusion.preferredLanguages().join()}`;
    const box = boxes.get(key) || make(index);
    boxes.set(key, box);
    return box;
  }

  /**
   * The box of a neighbor: name, second name and year. @returns {TextBox}
   * @param {number} index
   */
  function makeName(index) {
    const entity = data.entities[index];
    const { text, lang, fallback } = allusion.nameOf(index);
    const lines = wrapText(text, NAME, limitOf(0), limitOf(4), true);
    const names = lines.length ? lines : [entity.id.slice(entity.id.lastIndexOf('/') + 1)];
    const [second, secondLang] = allusion.secondNameOf(index);
    const year = allusion.yearOf(entity);
    const tail = second && year ? ` · ${year}` : year;
    /** @type {LanguageText[]} */
    const runs = [];
    if (second) runs.push([truncate(cleanText(second), SUB, limitOf(0) - textWidth(tail, SUB)), secondLang]);
    if (tail) runs.push([tail, '']);
    const kind =
      entity.kind === 'series'
        ? data.kinds.series.one
        : entity.kind === 'group'
          ? cleanText(entity.type || '').toLowerCase()
          : '';
    const words = runs.length && kind ? ` · ${kind}` : kind;
    if (kind && textWidth(words, SUB) <= limitOf(0) - textWidth(runs.map(([run]) => run).join(''), SUB))
      runs.push([words, '']);
    if (!runs.length) runs.push([allusion.kindStyle(entity.kind).one, '']);
    let bottom = 6;
    const rows = names.map((name) => {
      bottom += 17;
      return /** @type {TextRow} */ (['name', bottom - 4, [[name, lang]], fallback]);
    });
    bottom += 15;
    rows.push(['sub', bottom - 4, runs]);
    const widest = Math.max(
      ...names.map((name) => textWidth(name, NAME, true)),
      textWidth(runs.map(([run]) => run).join(''), SUB),
    );
    return [GLYPH_ROOM + widest + PAD, bottom + 7, rows];
  }

  /** The box of the focus. @returns {TextBox} @param {number} index */
  function makeCard(index, most = limitOf(2)) {
    const entity = data.entities[index];
    const { text, lang, fallback } = allusion.nameOf(index);
    // A title breaks between words, not within one.
    const longest = Math.max(0, ...text.split(/\s/u).map((word) => textWidth(word, TITLE, true)));
    const limit = Math.max(most, Math.min(longest, DENSITIES[0][2]));
    /** @type {TextRow[]} */
    const rows = [];
    let widest = Math.min(150, limitOf(2));
    let bottom = 40;
    /**
     * @param {string} role @param {string[]} lines @param {number} size @param {number} step @param {number} lift
     * @param {string} language @param {boolean} [bold]
     */
    const add = (role, lines, size, step, lift, language, bold) => {
      for (const line of lines) {
        bottom += step;
        rows.push([role, bottom - lift, [[line, language]], role === 'title' && fallback]);
        widest = Math.max(widest, textWidth(line, size, bold));
      }
    };
    const [second, secondLang] = allusion.secondNameOf(index);
    add('title', wrapText(text, TITLE, limit, 4, true), TITLE, 28, 7, lang, true);
    add('second', wrapText(second, SECOND, limit, 2), SECOND, 23, 6, secondLang);
    bottom += 4;
    const metas = [[entity.type, allusion.yearOf(entity)].filter(Boolean).join(' · ')];
    if (entity.makers) metas.push(`by ${entity.makers.join(', ')}`);
    for (const meta of metas) add('meta', wrapText(meta, META, limit, 2), META, 18, 5, '');
    return [widest + 44, bottom + 18, rows];
  }

  const countRoom = textWidth(' ×999', LABEL);
  /** The label of an edge. @returns {EdgeLabel} @param {Edge} edge */
  const plainLabel = (edge) => labelled(wrapText(edge.phrase || edge.kindLabel || '', LABEL, limitOf(1), limitOf(5)));
  /** The label of an edge, with the narrator of reported speech. @returns {EdgeLabel} @param {Edge} edge */
  const edgeLabel = (edge) =>
    edge.toldBy
      ? labelled(
          wrapText(`${edge.toldBy} tells: ${edge.phrase || edge.kindLabel || ''}`, LABEL, limitOf(1), limitOf(5) + 1),
        )
      : labelled(
          wrapText(edge.stated || edge.phrase || edge.kindLabel || '', LABEL, limitOf(1), limitOf(5)),
          fitHolder(edge.holder || '', Math.round(limitOf(1) * (density < 2 ? HOLDER_STRETCH : 1))),
        );
  /** A holder without its reporters if both do not fit. @param {string} holder @param {number} limit */
  const fitHolder = (holder, limit) =>
    truncate(textWidth(holder, SUB) > limit ? holder.split(', report')[0] : holder, SUB, limit);
  /** @param {string[]} lines @param {string} [holder] */
  const labelled = (lines, holder = '') =>
    /** @type {EdgeLabel} */ ([
      Math.max(textWidth(holder, SUB), ...lines.map((line) => textWidth(line, LABEL))),
      lines,
      holder,
    ]);
  /** @type {Allusion['labelRows']} */
  const labelRows = ([, lines, holder]) => [
    ...lines.map((line) => /** @type {[string, string]} */ ([line, 'words'])),
    ...(holder ? [/** @type {[string, string]} */ ([holder, 'sub'])] : []),
  ];
  /** @type {Allusion['labelText']} */
  const labelText = ([, lines, holder]) => [lines.join(' '), holder].filter(Boolean).join(', ');
  /** @type {Allusion['kindLabel']} */
  const kindLabel = (edge) => truncate(cleanText(edge.kindLabel || ''), LABEL, limitOf(1) - countRoom);
  /** @type {Allusion['bundleLabel']} */
  const bundleLabel = (words, number) => [textWidth(words, LABEL) + countRoom, [`${words} ×${number}`]];
  /** @type {Allusion['countedLabel']} */
  const countedLabel = (label, number) => {
    if (number === 1) return label;
    const lines = label[1].slice(0, -1);
    return labelled([...lines, `${label[1].slice(-1).join('')} ×${number}`.trim()], label[2]);
  };
  /** @type {EdgeLabel[][]} By density, then by edge. */
  const labels = DENSITIES.map(() => []);

  Object.assign(
    allusion,
    /** @satisfies {Partial<Allusion>} */ ({
      cleanText,
      textWidth,
      truncate,
      wrapText,
      kindLabel,
      bundleLabel,
      countedLabel,
      boxOf: (index) => remembered('name', index, makeName),
      cardOf: (index, limit) => (limit ? makeCard(index, limit) : remembered('card', index, makeCard)),
      labelRows,
      labelText,
      plainLabelOf: (index) => plainLabel(data.edges[index]),
      labelOf: (index) => {
        labels[density][index] = labels[density][index] || edgeLabel(data.edges[index]);
        return labels[density][index];
      },
      curveLimit: () => limitOf(3),
      densities: DENSITIES.length,
      setDensity: (level) => {
        density = level;
      },
    }),
  );
});
