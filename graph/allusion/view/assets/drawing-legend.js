/** The legend below a saved picture: samples of its lines and symbols, as svg/document.py draws them. */
allusion.define((allusion) => {
  'use strict';
  const { data, svg } = allusion;
  const [MARGIN, GAP, STEP, LABEL] = [16, 22, 20, 12];
  const WITH_SYMBOLS = new Set(['focus', 'network', 'path', 'compare']);

  /** @typedef {[make: (x: number, y: number) => SVGElement[], width: number, words: string]} Sample */

  /** @param {number} x @param {number} y @param {number} width @param {number[]} [dash] */
  const wire = (x, y, width, dash = []) =>
    svg('path', { class: 'wire', d: `M${x} ${y}h${width}`, 'stroke-width': 1.5, 'stroke-dasharray': dash.join(' ') });

  /** @param {number} count @param {{ one: string, many: string }} style */
  const counted = (count, { one, many }) => `${count === 1 ? one : many} ${count}`;

  /** Samples of the line styles among some edges, with their numbers. @param {number[]} edges */
  function lineSamples(edges) {
    /** @type {Sample[]} */
    const samples = [];
    for (const [name, family] of Object.entries(data.families)) {
      const count = edges.filter((index) => data.edges[index].family === name).length;
      const arc = allusion.state().view === 'timeline' ? 'arc ' : '';
      if (count)
        samples.push([
          (x, y) => [svg('g', { class: `${arc}${name}` }, wire(x, y, 34, family.dash))],
          34,
          counted(count, family),
        ]);
    }
    const doubted = edges.filter((index) => allusion.isDoubted([index])).length;
    const claimed = edges.filter((index) => allusion.doubtOf([index])).length - doubted;
    if (claimed)
      samples.push([
        (x, y) => [wire(x, y, 16), svg('path', { class: 'head hollow', d: `M${x + 24} ${y}l-8 -4v8Z` })],
        24,
        `claimed by others ${claimed}`,
      ]);
    if (doubted) samples.push([(x, y) => allusion.questionMark(x + 8, y), 16, `disputed or doubtful ${doubted}`]);
    if (new Set(edges.map((index) => Math.min(data.edges[index].sources, 5))).size > 1) {
      const thick = (/** @type {number} */ x, /** @type {number} */ y) => [
        svg('path', { class: 'head', d: `M${x} ${y - 0.5}L${x + 34} ${y - 2}v4L${x} ${y + 0.5}Z` }),
      ];
      samples.push([thick, 34, 'thicker: more sources']);
    }
    return samples;
  }

  /** Samples of the kinds of some entities, with their numbers. @param {number[]} entities */
  function kindSamples(entities) {
    return Object.keys(data.kinds).flatMap((kind) => {
      const count = entities.filter((index) => data.entities[index].kind === kind).length;
      /** @type {Sample} */
      const sample = [(x, y) => [allusion.kindShape(kind, x + 7, y)], 14, counted(count, allusion.kindStyle(kind))];
      return kind && count ? [sample] : [];
    });
  }

  /** Draw samples with their texts in rows. @param {Sample[]} samples @param {number} y @param {number} width */
  function rows(samples, y, width) {
    let [left, top] = [MARGIN, y];
    const drawn = samples.map(([make, room, words]) => {
      const reach = room + 8 + allusion.textWidth(words, LABEL);
      if (left > MARGIN && left + reach > MARGIN + width) [left, top] = [MARGIN, top + STEP];
      const text = svg('text', { class: 'sub', x: left + room + 8, y: top }, words);
      const parts = [...make(left, top - 4), text];
      left += reach + GAP;
      return parts;
    });
    return { drawn, height: samples.length ? top - y + STEP : 0 };
  }

  /**
   * The legend of a picture, and its height. The picture names what it shows in its attributes.
   * @type {Allusion['drawingLegend']}
   */
  function drawingLegend(picture, y, width) {
    /** @param {string} name */
    const named = (name) => [
      ...new Set(
        [...picture.querySelectorAll(`[data-${name}]`)]
          .filter((one) => !one.closest('.far'))
          .flatMap((one) => (one.getAttribute(`data-${name}`) || '').split(' ').map(Number)),
      ),
    ];
    const { view, focus } = allusion.state();
    const edges = named('edges').filter((index) => data.edges[index]);
    const entities = named('entity').filter((index) => data.entities[index] && (view !== 'focus' || index !== focus));
    const lines = rows(lineSamples(edges), y, width - 2 * MARGIN);
    const kinds = rows(WITH_SYMBOLS.has(view) ? kindSamples(entities) : [], y + lines.height, width - 2 * MARGIN);
    return {
      legend: svg('g', { class: 'key' }, [...lines.drawn, ...kinds.drawn].flat()),
      height: lines.height + kinds.height,
    };
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ drawingLegend }));
});
