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
   * @param {(place: number) => Rectangle[]} boxesOf candidates for a label, the best first
   * @param {Rectangle[]} shapes that no label may cover
   * @param {number} insistent number of labels at the start of `order` that may cover a shape if there is no other room
   * @param {Rectangle[]} taken by other text
   */
  function placeLabels(order, boxesOf, shapes, insistent, taken = []) {
    const [named, drawn] = [shelf(), shelf()];
    shapes.forEach(drawn.add);
    taken.forEach(named.add);
    /** @type {number[]} */
    const places = [];
    /** @type {Rectangle[]} */
    const boxes = [];
    order.forEach((place, index) => {
      const free = boxesOf(place).filter((box) => !named.covers(box, 1));
      let best = free.find((box) => !drawn.covers(box, 1));
      if (!best && index < insistent && free.length) {
        const cost = free.map((box) => drawn.covers(box, Infinity));
        best = free[cost.indexOf(Math.min(...cost))];
      }
      if (!best) return;
      named.add(best);
      boxes.push(best);
      places.push(place);
    });
    return { places, boxes };
  }

  /**
   * The visible part of the network as SVG.
   * @param {Map<number, Point>} at coordinates of the entities in the frame
   * @param {number[]} edges
   * @param {Map<number, number[]>} labels offsets of the labels from their entities
   * @param {number} scale
   * @param {HTMLElement} frame
   */
  function drawNetworkSvg(at, edges, labels, scale, frame) {
    const [width, height] = [frame.clientWidth, frame.clientHeight];
    /** @param {Point | undefined} point */
    const inside = (point) => {
      const { x, y } = point || { x: -100, y: -100 };
      return x > -40 && y > -40 && x < width + 40 && y < height + 40;
    };
    /** @param {number} place */
    const ends = (place) => [at.get(data.edges[place].from), at.get(data.edges[place].to)];
    /** @param {any} value */
    const fixed = (value) => value.toFixed(1);
    return svg(
      'svg',
      { class: 'picture', viewBox: `0 0 ${width} ${height}`, width, height },
      svg('rect', { class: 'paper', width, height }),
      edges
        .filter((place) => ends(place).some(inside))
        .map((place) => {
          const [a, b] = ends(place);
          return svg('path', {
            class: 'wire',
            d: a && b && `M${fixed(a.x)} ${fixed(a.y)}L${fixed(b.x)} ${fixed(b.y)}`,
            'stroke-width': 1,
            'stroke-dasharray': data.families[data.edges[place].family].dash.join(' '),
          });
        }),
      [...at]
        .filter(([, point]) => inside(point))
        .map(([place, { x, y }]) => {
          const style = allusion.kindStyle(data.entities[place].kind);
          const size = allusion.networkModel.radiusAt(place, scale) / 7;
          return svg('path', {
            class: 'glyph',
            d: style.path,
            fill: style.colour,
            transform: `translate(${fixed(x)} ${fixed(y)}) scale(${size.toFixed(2)})`,
          });
        }),
      [...at]
        .filter(([place, point]) => labels.has(place) && inside(point))
        .map(([place, { x, y }]) =>
          svg(
            'text',
            {
              class: 'words',
              x: fixed(x + (labels.get(place)?.[0] || 0)),
              y: fixed(y + (labels.get(place)?.[1] || 0)),
              lang: allusion.nameOf(place).lang,
            },
            allusion.networkModel.labelText(place),
          ),
        ),
    );
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ placeLabels, drawNetworkSvg }));
});
