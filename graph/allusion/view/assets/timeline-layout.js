/**
 * The layout of the timeline: x is the year, each kind has a lane. In a lane labels are packed into rows without
 * overlap, the best connected first. Entities without room lose their label; many of them become a number for each
 * decade.
 */
allusion.define((allusion) => {
  'use strict';
  const { data } = allusion;
  const [MOST_BARE, CROWD] = [8, 44];
  const [LEFT, RIGHT, TOP, BOTTOM, ROW, MOST_ROW, LANE, LABEL, MOST_LABEL] = [126, 22, 34, 30, 19, 60, 10, 12, 190];

  /** @param {number} index */
  const yearOf = (index) => data.entities[index].year ?? Number.NaN;

  /**
   * Pack the labels of a lane into rows. At most `cap` rows hold labels.
   * @param {number[]} items @param {(year: number) => number} at @param {number} cap
   * @param {number} left @param {number} edge the left and right limits
   */
  function pack(items, at, cap, left, edge) {
    /** @type {number[][][]} The intervals that are taken, by row. */
    const rows = [];
    /** @param {number} row @param {number} from @param {number} to */
    const free = (row, from, to) => (rows[row] || []).every(([a, b]) => to <= a || from >= b);
    /** @param {number} row @param {number} from @param {number} to */
    const take = (row, from, to) => {
      rows[row] = [...(rows[row] || []), [from, to]];
    };
    /** @type {TimelinePoint[]} */
    const placed = items.map((index) => {
      const x = fixed(at(yearOf(index)));
      const name = allusion.nameOf(index);
      // The whole name where there is room for it, a shorter one otherwise.
      const born = data.entities[index].kind === 'person' ? ', born' : '';
      const whole = allusion.cleanText(name.text) + born;
      const short = allusion.truncate(whole, LABEL, MOST_LABEL);
      const sides = [...new Set([whole, short])].flatMap((label) => {
        const wide = allusion.textWidth(label, LABEL) + 6;
        return [
          { label, from: x - 9, to: x + 13 + wide, anchor: 'start' },
          { label, from: x - 13 - wide, to: x + 9, anchor: 'end' },
        ].filter(({ from, to }) => from >= left && to <= edge);
      });
      for (let row = 0; sides.length && row < cap; row += 1) {
        for (const { label, from, to, anchor } of sides) {
          if (!free(row, from, to)) continue;
          take(row, from, to);
          return { index, x, y: 0, row, label, anchor, lang: name.lang, fallback: name.fallback };
        }
      }
      return { index, x, y: 0, row: -1, label: '', anchor: 'start', lang: '', fallback: false };
    });
    const labelled = rows.length;
    const bare = placed.filter((one) => one.row < 0);
    if (bare.length > MOST_BARE) {
      return { placed: placed.filter((one) => one.row >= 0), crowds: crowdsOf(bare, at, labelled), rows: labelled + 1 };
    }
    // A few points without labels follow in rows below.
    for (const one of bare) {
      one.row = labelled;
      while (!free(one.row, one.x - 9, one.x + 9)) one.row += 1;
      take(one.row, one.x - 9, one.x + 9);
    }
    return { placed, crowds: [], rows: rows.length };
  }

  /**
   * Points without room as numbers by decade, or by year if all are of one decade. Adjacent numbers that would touch
   * are added up.
   * @param {TimelinePoint[]} bare @param {(year: number) => number} at @param {number} row
   */
  function crowdsOf(bare, at, row) {
    const years = bare.map(({ index }) => yearOf(index));
    const step = Math.max(...years) - Math.min(...years) < 10 ? 1 : 10;
    const counts = new Map();
    for (const year of years)
      counts.set(Math.floor(year / step) * step, (counts.get(Math.floor(year / step) * step) || 0) + 1);
    /** @type {TimelineCount[]} */
    const crowds = [];
    for (const start of [...counts.keys()].sort((one, other) => one - other)) {
      const one = {
        first: start,
        last: start + step - 1,
        number: counts.get(start),
        x: (at(start) + at(start + step - 1)) / 2,
        row,
        y: 0,
      };
      const before = crowds[crowds.length - 1];
      if (before && one.x - before.x < CROWD)
        Object.assign(before, {
          last: one.last,
          number: before.number + one.number,
          x: (at(before.first) + at(one.last)) / 2,
        });
      else crowds.push(one);
    }
    return crowds;
  }

  /** The whole timeline. @type {Allusion['timelineLayout']} */
  function timelineLayout(indices, edges, focus, width, height) {
    const years = indices.map(yearOf);
    const left = width < 640 ? 30 : LEFT;
    const scale = allusion.timeAxis(years, left + 14, width - RIGHT);
    const kinds = [...new Set([...Object.keys(data.kinds), ...indices.map((index) => data.entities[index].kind)])];
    const touched = new Map();
    edges.forEach((edge) =>
      [data.edges[edge].from, data.edges[edge].to].forEach((end) => touched.set(end, (touched.get(end) || 0) + 1)),
    );
    const beside = new Set(
      edges
        .filter((edge) => data.edges[edge].from === focus || data.edges[edge].to === focus)
        .flatMap((edge) => [data.edges[edge].from, data.edges[edge].to]),
    );
    /** @param {number} one @param {number} other */
    const order = (one, other) =>
      Number(other === focus) - Number(one === focus) ||
      Number(beside.has(other)) - Number(beside.has(one)) ||
      (touched.get(other) || 0) - (touched.get(one) || 0) ||
      one - other;
    const lanes = kinds
      .map((kind) => ({
        kind,
        y: 0,
        height: 0,
        placed: /** @type {TimelinePoint[]} */ ([]),
        crowds: /** @type {TimelineCount[]} */ ([]),
        items: indices.filter((index) => data.entities[index].kind === kind).sort(order),
      }))
      .filter((lane) => lane.items.length);
    const wanted = lanes.map((lane) => pack(lane.items, scale.at, Infinity, left, width - 4).rows);
    const room = Math.max(lanes.length * 2, Math.floor((height - TOP - BOTTOM - lanes.length * LANE) / ROW));
    const total = wanted.reduce((sum, rows) => sum + rows, 0);
    // Few rows are spread over the height, so that arcs are apart.
    const space = height - TOP - BOTTOM - lanes.length * LANE;
    const step = total <= room ? Math.max(ROW, Math.min(1.5 * MOST_ROW, space / total)) : ROW;
    let y = TOP;
    for (const [index, lane] of lanes.entries()) {
      const cap = total <= room ? wanted[index] : Math.max(1, Math.floor((wanted[index] * room) / total) - 1);
      const { placed, crowds, rows } = pack(lane.items, scale.at, cap, left, width - 4);
      Object.assign(lane, { y, placed, crowds, height: rows * step + LANE });
      [...placed, ...crowds].forEach((one) => {
        one.y = fixed(y + LANE / 2 + one.row * step + step / 2);
      });
      y += lane.height;
    }
    const spot = new Map(lanes.flatMap((lane) => lane.placed).map((one) => [one.index, one]));
    return {
      width,
      height: y + BOTTOM,
      lanes,
      scale,
      spot,
      arcs: labelled(arcs(edges, spot), spot, [left, TOP, width - 4, y]),
      left,
      top: TOP,
      bottom: y,
    };
  }

  /**
   * Arcs from the later end to the earlier. Several between the same two ends rise one above the other.
   * @param {number[]} edges @param {Map<number, TimelinePoint>} spot @returns {TimelineArc[]}
   */
  function arcs(edges, spot) {
    const before = new Map();
    return edges.flatMap((edge) => {
      const { from, to } = data.edges[edge];
      const [later, earlier] = yearOf(from) >= yearOf(to) ? [from, to] : [to, from];
      const key = `${later} ${earlier}`;
      const rank = before.get(key) || 0;
      before.set(key, rank + 1);
      const [a, b] = [spot.get(later), spot.get(earlier)];
      if (!a || !b || from === to) return [];
      const rise = 14 + Math.min(64, Math.abs(a.x - b.x) * 0.16) + rank * 12;
      const near = a.x === b.x ? a.x - 28 - rank * 12 : (a.x + b.x) / 2;
      const [cx, cy] = [near, Math.max(6, (a.y + b.y) / 2 - rise)];
      // The arrowhead is at the target, nearly always the earlier end.
      const [end, start] = to === earlier ? [b, a] : [a, b];
      const length = Math.hypot(end.x - cx, end.y - cy) || 1;
      const tip = [end.x - ((end.x - cx) / length) * 9, end.y - ((end.y - cy) / length) * 9];
      const angle = (Math.atan2(end.y - cy, end.x - cx) * 180) / Math.PI;
      const bow = [[start.x, start.y], [cx, cy], tip];
      return {
        edge,
        tip,
        angle,
        bow,
        said: null,
        mark: null,
        d: `M${fixed(start.x)} ${fixed(start.y)}Q${fixed(cx)} ${fixed(cy)} ${fixed(tip[0])} ${fixed(tip[1])}`,
      };
    });
  }

  const [FEW_ARCS, LABEL_ARC, MOST_ARC] = [16, 11, 170];

  /** A point of an arc, a quadratic curve. @param {TimelineArc} arc @param {number} t @returns {[number, number]} */
  const along = ({ bow }, t) => {
    const [x, y] = [0, 1].map(
      (axis) => (1 - t) ** 2 * bow[0][axis] + 2 * t * (1 - t) * bow[1][axis] + t ** 2 * bow[2][axis],
    );
    return [x, y];
  };

  /**
   * Put the question mark of a doubted arc, and if there are few arcs the phrase of each, where nothing is covered.
   * @param {TimelineArc[]} found @param {Map<number, TimelinePoint>} spot @param {Rectangle} area
   */
  function labelled(found, spot, [left, top, right, bottom]) {
    const taken = [...spot.values()].map(({ x, y, label, anchor }) => {
      const wide = label ? allusion.textWidth(label, LABEL) + 8 : 0;
      return anchor === 'start' ? [x - 10, y - 10, x + 13 + wide, y + 10] : [x - 13 - wide, y - 10, x + 10, y + 10];
    });
    const shares = [0.5, 0.4, 0.6, 0.3, 0.7];
    /**
     * Take the room of a box on an arc.
     * @param {TimelineArc} arc @param {number} half @param {number[]} span above and below
     * @param {number[]} shifts from the arc, downwards
     */
    const place = (arc, half, [above, below], shifts = [0]) => {
      for (const [t, shift] of shifts.flatMap((one) => shares.map((t) => [t, one]))) {
        const [x, on] = along(arc, t);
        const y = on + shift;
        const box = [x - half, y - above, x + half, y + below];
        const inside = box[0] >= left && box[1] >= top && box[2] <= right && box[3] <= bottom;
        if (!inside || taken.some((one) => box[0] < one[2] && one[0] < box[2] && box[1] < one[3] && one[1] < box[3]))
          continue;
        taken.push(box);
        return { x: fixed(x), y: fixed(y) };
      }
      return null;
    };
    for (const arc of found)
      if (allusion.isDoubted([arc.edge])) arc.mark = place(arc, 8, [8, 8], [0, -12, 12, -24, 24]);
    if (found.length > FEW_ARCS) return found;
    for (const arc of found) {
      const edge = data.edges[arc.edge];
      const words = allusion.truncate(allusion.cleanText(edge.phrase || edge.kindLabel || ''), LABEL_ARC, MOST_ARC);
      const at = place(arc, allusion.textWidth(words, LABEL_ARC) / 2 + 4, [14, 3]);
      if (at) arc.said = { words, x: at.x, y: fixed(at.y - 2) };
    }
    return found;
  }

  /** @param {number} value */
  const fixed = (value) => Number(value.toFixed(1));

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ timelineLayout }));
});
