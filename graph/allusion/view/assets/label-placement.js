/** Labels of the network view that do not overlap, and the SVG drawing of its visible part. */
allusion.define((allusion) => {
  'use strict';
  const { data, svg } = allusion;
  const [WIDE, HIGH, ROWS] = [96, 32, 1e6];

  /** A grid index of rectangles; to compare all pairs of 20,000 would be slow. */
  function shelf() {
    /** @type {Map<number, number[][]>} */
    const cells = new Map();
    /** @param {Rectangle} box @param {(cell: number) => boolean | void} visit */
    const touched = (box, visit) => {
      for (let column = Math.floor(box[0] / WIDE); column <= Math.floor(box[2] / WIDE); column += 1) {
        for (let row = Math.floor(box[1] / HIGH); row <= Math.floor(box[3] / HIGH); row += 1)
          if (visit(column * ROWS + row)) return;
      }
    };
    return {
      add: (/** @type {Rectangle} */ box) =>
        touched(box, (cell) => {
          const held = cells.get(cell);
          if (held) held.push(box);
          else cells.set(cell, [box]);
        }),
      /** The number of rectangles that overlap this one, at most `limit`. */
      covers(/** @type {Rectangle} */ box, /** @type {number} */ limit) {
        let found = 0;
        touched(box, (cell) => {
          for (const other of cells.get(cell) || []) {
            if (box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]) found += 1;
            if (found >= limit) return true;
          }
          return false;
        });
        return found;
      },
    };
  }

  /**
   * Choose the labels that have room, in the order of their importance, and a rectangle for each.
   * @param {number[]} order
   * @param {(index: number) => Rectangle[]} boxesOf candidates for a label, the best first
   * @param {Rectangle[]} shapes that no label may cover
   * @param {number} insistent number of labels at the start of `order` that may cover a shape if there is no other room
   * @param {Rectangle[]} taken by other text
   */
  function placeLabels(order, boxesOf, shapes, insistent, taken = []) {
    const [named, drawn] = [shelf(), shelf()];
    shapes.forEach(drawn.add);
    taken.forEach(named.add);
    /** @type {number[]} */
    const indices = [];
    /** @type {Rectangle[]} */
    const boxes = [];
    order.forEach((entityIndex, index) => {
      const free = boxesOf(entityIndex).filter((box) => !named.covers(box, 1));
      let best = free.find((box) => !drawn.covers(box, 1));
      if (!best && index < insistent && free.length) {
        const cost = free.map((box) => drawn.covers(box, Infinity));
        best = free[cost.indexOf(Math.min(...cost))];
      }
      if (!best) return;
      named.add(best);
      boxes.push(best);
      indices.push(entityIndex);
    });
    return { indices, boxes };
  }

  /**
   * The visible part of the network as SVG.
   * @type {Allusion['drawNetworkSvg']}
   */
  function drawNetworkSvg({ seen, lineStyle, accented, radiusAt, labelText, isShort }, scale, toPage, frame) {
    const [width, height] = [frame.clientWidth, frame.clientHeight];
    const origin = toPage({ x: 0, y: 0 });
    const at = new Map([...seen.visible].map((index) => [index, toPage({ x: seen.x[index], y: seen.y[index] })]));
    /** @param {Point | undefined} point */
    const inside = (point) =>
      point !== undefined && point.x > -40 && point.y > -40 && point.x < width + 40 && point.y < height + 40;
    /** @param {any} value */
    const fixed = (value) => value.toFixed(1);
    /** @param {Rectangle} box coordinates of the layout times the scale @param {string} words @param {object} more */
    const label = (box, words, more) =>
      svg('text', { x: fixed(box[0] + 2 + origin.x), y: fixed(box[3] - 4 + origin.y), ...more }, words);

    const inner = new Set([...seen.bundles.values()].flatMap((edges) => edges.slice(1)));
    const lines = seen.lines.filter((index) => !inner.has(index));
    const shifts = allusion.headShifts(seen, lines, scale, radiusAt);
    const curves = allusion.bundleCurves(seen);
    /** @param {number} index */
    function line(index) {
      const { from, to } = data.edges[index];
      const [a, b] = [at.get(from), at.get(to)];
      if (!a || !b || !(inside(a) || inside(b))) return null;
      const { width: thick } = lineStyle(index);
      const edges = seen.bundles.get(index) || [index];
      const curve = curves.get(index);
      // The head points along the last part of a curve.
      const start = curve ? toPage(curve) : a;
      const length = Math.hypot(b.x - start.x, b.y - start.y) || 1;
      const [dx, dy] = [(b.x - start.x) / length, (b.y - start.y) / length];
      const tip = length - radiusAt(to, scale) - 2 - (shifts.get(index) || 0);
      const headed = tip > 8 && !allusion.isSymmetric(edges);
      /** @param {number} along @param {number} aside */
      const point = (along, aside) =>
        `${fixed(start.x + dx * along - dy * aside)} ${fixed(start.y + dy * along + dx * aside)}`;
      const end = point(headed ? tip - 7 : tip, 0);
      const way = curve
        ? `M${fixed(a.x)} ${fixed(a.y)}Q${fixed(start.x)} ${fixed(start.y)} ${fixed(b.x)} ${fixed(b.y)}`
        : `M${point(0, 0)}L${end}`;
      return svg(
        'g',
        { class: accented(index) ? 'strand main' : 'strand', 'data-edges': edges.join(' ') },
        allusion.wire(way, index, thick),
        headed && allusion.arrowhead(`M${point(tip, 0)}L${point(tip - 7, 3)}L${point(tip - 7, -3)}Z`, edges),
      );
    }

    return svg(
      'svg',
      { class: 'picture', viewBox: `0 0 ${width} ${height}`, width, height },
      svg('rect', { class: 'paper', width, height }),
      seen.areas.map(({ outline }) =>
        svg('path', {
          class: 'area',
          d: `M${outline
            .map(toPage)
            .map(({ x, y }) => `${fixed(x)} ${fixed(y)}`)
            .join('L')}Z`,
        }),
      ),
      lines.map(line),
      [...at]
        .filter(([, point]) => inside(point))
        .map(([index, { x, y }]) => {
          const style = allusion.kindStyle(data.entities[index].kind);
          return svg('path', {
            class: 'glyph',
            'data-entity': index,
            d: style.path,
            fill: style.color,
            transform: `translate(${fixed(x)} ${fixed(y)}) scale(${(radiusAt(index, scale) / 7).toFixed(2)})`,
          });
        }),
      seen.labels.marks.map(({ words, x, y }) => {
        const [left, top] = [Math.round(x + origin.x), Math.round(y + origin.y)];
        if (words === '?') return allusion.questionMark(left, top);
        return svg('text', { class: 'sub', x: left, y: top + 4, 'text-anchor': 'middle' }, words);
      }),
      seen.labels.areas.map(({ words, box }) => label(box, words, { class: 'area-name' })),
      seen.labels.indices
        .map((entityIndex, index) => ({ index: entityIndex, box: seen.labels.boxes[index] }))
        .filter(({ index }) => inside(at.get(index)))
        .map(({ index, box }) =>
          label(box, labelText(index, isShort(index, box)), {
            class: index === seen.state.focus ? 'words focus-name' : 'words',
            lang: allusion.nameOf(index).lang,
          }),
        ),
    );
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ placeLabels, drawNetworkSvg }));
});
