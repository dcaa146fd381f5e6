/** What the network view needs besides vis-network: labels that never cover each other, and a drawing of what is in sight. */
allusion.part(function (allusion) {
  'use strict';
  const { data, svg } = allusion;
  const [WIDE, HIGH] = [160, 40];

  /**
   * Of labels in order of importance those that have room. Boxes are looked up by cell, for
   * at 20,000 nodes each against each is too many.
   * @param {number[]} order @param {(place: number) => number[]} boxOf left, top, right, bottom
   */
  function declutter(order, boxOf) {
    const cells = new Map();
    const places = [];
    const boxes = [];
    for (const place of order) {
      const box = boxOf(place);
      const touched = [];
      for (let column = Math.floor(box[0] / WIDE); column <= Math.floor(box[2] / WIDE); column += 1) {
        for (let row = Math.floor(box[1] / HIGH); row <= Math.floor(box[3] / HIGH); row += 1) touched.push(`${column} ${row}`);
      }
      const covers = (other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1];
      if (touched.some((cell) => (cells.get(cell) || []).some(covers))) continue;
      for (const cell of touched) cells.set(cell, [...(cells.get(cell) || []), box]);
      boxes.push(box);
      places.push(place);
    }
    return { places, boxes };
  }

  /**
   * @param {Map<number, {x: number, y: number}>} at where entities stand in the frame
   * @param {number[]} edges @param {Set<number>} labelled @param {number} scale @param {HTMLElement} frame
   */
  function networkPicture(at, edges, labelled, scale, frame) {
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
        const size = (data.vis.nodes[place].size * scale) / 7;
        return svg('path', { class: 'glyph', d: style.path, fill: style.colour, transform: `translate(${fixed(x)} ${fixed(y)}) scale(${size.toFixed(2)})` });
      }),
      [...at].filter(([place, point]) => labelled.has(place) && inside(point)).map(([place, { x, y }]) => svg('text', {
        class: 'words', x: fixed(x), y: fixed(y + data.vis.nodes[place].size * scale + 15), 'text-anchor': 'middle', lang: allusion.nameOf(place).lang,
      }, allusion.nameOf(place).text)));
  }

  Object.assign(allusion, { declutter, networkPicture });
});
