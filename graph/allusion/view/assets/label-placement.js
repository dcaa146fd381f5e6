/** What the network view needs besides vis-network: labels that never cover each other, and a drawing of what is in sight. */
allusion.define(function (allusion) {
  'use strict';
  const { data, svg } = allusion;
  const [WIDE, HIGH, ROWS] = [96, 32, 1e6];

  /** Boxes by the cells they touch, for at 20,000 nodes each against each is too many. */
  function shelf() {
    /** @type {Map<number, number[][]>} */
    const cells = new Map();
    const touched = (box, visit) => {
      for (let column = Math.floor(box[0] / WIDE); column <= Math.floor(box[2] / WIDE); column += 1) {
        for (let row = Math.floor(box[1] / HIGH); row <= Math.floor(box[3] / HIGH); row += 1) if (visit(column * ROWS + row)) return;
      }
    };
    return {
      add: (box) => touched(box, (cell) => {
        const held = cells.get(cell);
        if (held) held.push(box);
        else cells.set(cell, [box]);
      }),
      /** How many it covers, counted up to a limit. */
      covers(box, limit) {
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
   * Of labels in order of importance those that have room, and where.
   * @param {number[]} order @param {(place: number) => number[][]} boxesOf places for its label, the best first: left, top, right, bottom
   * @param {number[][]} shapes which no label may cover @param {number} insistent so many of the first may, if it has to be
   * @param {number[][]} taken by other words
   */
  function placeLabels(order, boxesOf, shapes, insistent, taken = []) {
    const [named, drawn] = [shelf(), shelf()];
    shapes.forEach(drawn.add);
    taken.forEach(named.add);
    const places = [];
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
   * @param {Map<number, {x: number, y: number}>} at where entities stand in the frame
   * @param {number[]} edges @param {Map<number, number[]>} labels of places, from their own place @param {number} scale @param {HTMLElement} frame
   */
  function drawNetworkSvg(at, edges, labels, scale, frame) {
    const [width, height] = [frame.clientWidth, frame.clientHeight];
    const inside = ({ x, y }) => x > -40 && y > -40 && x < width + 40 && y < height + 40;
    const ends = (place) => [at.get(data.edges[place].from), at.get(data.edges[place].to)];
    const fixed = (value) => value.toFixed(1);
    return svg('svg', { class: 'picture', viewBox: `0 0 ${width} ${height}`, width, height },
      svg('rect', { class: 'paper', width, height }),
      edges.filter((place) => ends(place).some(inside)).map((place) => {
        const [a, b] = ends(place);
        return svg('path', { class: 'wire', d: `M${fixed(a.x)} ${fixed(a.y)}L${fixed(b.x)} ${fixed(b.y)}`, 'stroke-width': 1, 'stroke-dasharray': data.families[data.edges[place].family].dash.join(' ') });
      }),
      [...at].filter(([, point]) => inside(point)).map(([place, { x, y }]) => {
        const style = allusion.kindStyle(data.entities[place].kind);
        const size = allusion.networkModel.radiusAt(place, scale) / 7;
        return svg('path', { class: 'glyph', d: style.path, fill: style.colour, transform: `translate(${fixed(x)} ${fixed(y)}) scale(${size.toFixed(2)})` });
      }),
      [...at].filter(([place, point]) => labels.has(place) && inside(point)).map(([place, { x, y }]) => svg('text', {
        class: 'words', x: fixed(x + labels.get(place)[0]), y: fixed(y + labels.get(place)[1]), lang: allusion.nameOf(place).lang,
      }, allusion.nameOf(place).text)));
  }

  Object.assign(allusion, { placeLabels, drawNetworkSvg });
});
