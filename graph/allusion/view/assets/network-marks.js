/** Marks of the network view that keep clear of one another: arrowheads, counts of bundles, question marks. */
allusion.define((allusion) => {
  'use strict';
  const { data } = allusion;
  // Pixels: between two heads at one entity, and the most that a head is moved back along its line.
  const [HEAD_STEP, FARTHEST, MOST_LINES] = [10, 60, 500];
  // The same at an entity with many heads, and how many that are.
  const [WIDE_STEP, WIDE_FARTHEST, MANY] = [14, 150, 12];
  const ASIDES = [0, 16, -16, 30, -30, 44, -44];
  const SHARES = [0.5, 0.4, 0.6, 0.3, 0.7, 0.45, 0.55, 0.35, 0.65];

  /** @param {Rectangle} one @param {Rectangle} other */
  const overlap = (one, other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];

  /**
   * How far each arrowhead is moved back along its line, in pixels, so that no head covers another one at the same
   * entity. Edges that are not in the map keep their place.
   * @type {Allusion['headShifts']}
   */
  function headShifts(seen, lines, scale, radiusAt) {
    /** @type {Map<number, number[]>} */
    const byTarget = new Map();
    for (const index of lines) {
      const { to } = data.edges[index];
      const beside = byTarget.get(to);
      if (beside) beside.push(index);
      else byTarget.set(to, [index]);
    }
    const shifts = new Map();
    for (const [to, edges] of byTarget) {
      /** @type {[number, number][]} */
      const heads = [];
      const [step, farthest] = edges.length > MANY ? [WIDE_STEP, WIDE_FARTHEST] : [HEAD_STEP, FARTHEST];
      for (const index of edges) {
        const { from } = data.edges[index];
        const [dx, dy] = [(seen.x[from] - seen.x[to]) * scale, (seen.y[from] - seen.y[to]) * scale];
        const length = Math.hypot(dx, dy) || 1;
        const nearest = radiusAt(to, scale) + 2;
        /** @param {number} shift @returns {[number, number]} */
        const at = (shift) => [(dx * (nearest + shift)) / length, (dy * (nearest + shift)) / length];
        let shift = 0;
        while (heads.some(([x, y]) => Math.hypot(at(shift)[0] - x, at(shift)[1] - y) < step)) {
          shift += step / 2;
          if (shift > Math.min(farthest, length / 2 - nearest)) {
            shift = 0;
            break;
          }
        }
        heads.push(at(shift));
        if (shift) shifts.set(index, shift);
      }
    }
    return shifts;
  }

  /**
   * The control points of bundles that are drawn as curves beside a straight one between the same two entities, as
   * vis-network places them (curvedCW and curvedCCW).
   * @type {Allusion['bundleCurves']}
   */
  function bundleCurves(seen) {
    const curves = new Map();
    /** @type {Map<string, number>} */
    const beside = new Map();
    for (const index of seen.lines) {
      if (data.plan.painted || !seen.bundles.has(index)) continue;
      const { from, to } = data.edges[index];
      const key = `${Math.min(from, to)} ${Math.max(from, to)}`;
      const number = beside.get(key) || 0;
      beside.set(key, number + 1);
      if (!number) continue;
      const [dx, dy] = [seen.x[to] - seen.x[from], seen.y[to] - seen.y[from]];
      const factor = 0.5 + (from < to ? 0.1 : -0.1) * number;
      const angle = Math.atan2(-dy, dx) + factor * Math.PI;
      const reach = factor * Math.hypot(dx, dy);
      curves.set(index, {
        x: seen.x[from] + reach * Math.sin(angle),
        y: seen.y[from] + reach * Math.cos(angle),
      });
    }
    return curves;
  }

  /**
   * The counts and question marks of lines, each where it covers no node and no other mark.
   * @type {Allusion['edgeMarks']}
   */
  function edgeMarks(seen, scale, shapes) {
    /** @type {EdgeMark[]} */
    const found = [];
    const { shown } = seen.state;
    const inner = new Set([...seen.bundles.values()].flatMap((edges) => edges.slice(1)));
    const curves = bundleCurves(seen);
    for (const index of seen.lines) {
      const { from, to } = data.edges[index];
      if (inner.has(index) || (seen.lines.length > MOST_LINES && from !== shown && to !== shown)) continue;
      const edges = seen.bundles.get(index) || [index];
      for (const words of [edges.length > 1 && `×${edges.length}`, allusion.isDoubted(edges) && '?']) {
        if (!words) continue;
        const half = words === '?' ? 9 : 4 + 4 * words.length;
        const [dx, dy] = [seen.x[to] - seen.x[from], seen.y[to] - seen.y[from]];
        const length = Math.hypot(dx, dy) || 1;
        const places = ASIDES.flatMap((aside) => SHARES.map((share) => [aside, share])).map(([aside, share]) => {
          const middle = { x: (seen.x[from] + seen.x[to]) / 2, y: (seen.y[from] + seen.y[to]) / 2 };
          const via = curves.get(index) || middle;
          const [first, second, third] = [(1 - share) ** 2, 2 * share * (1 - share), share ** 2];
          const x = (first * seen.x[from] + second * via.x + third * seen.x[to]) * scale - (dy * aside) / length;
          const y = (first * seen.y[from] + second * via.y + third * seen.y[to]) * scale + (dx * aside) / length;
          /** @type {Rectangle} */
          const box = [x - half, y - 9, x + half, y + 9];
          return { index, words, x, y, box };
        });
        const taken = [...shapes, ...found.map(({ box }) => box)];
        found.push(places.find(({ box }) => !taken.some((other) => overlap(box, other))) || places[0]);
      }
    }
    return found;
  }

  /**
   * Draw marks; the context has the coordinates of the layout.
   * @type {Allusion['drawEdgeMarks']}
   */
  function drawEdgeMarks(pen, marks, scale, colors, fonts) {
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    pen.font = `700 ${11 / scale}px ${fonts}`;
    for (const { words, x, y } of marks) {
      const [left, top] = [x / scale, y / scale];
      if (words === '?') {
        pen.fillStyle = colors.paper;
        pen.strokeStyle = colors.accent;
        pen.lineWidth = 1.5 / scale;
        pen.beginPath();
        pen.arc(left, top, 7.5 / scale, 0, 2 * Math.PI);
        pen.fill();
        pen.stroke();
        pen.fillStyle = colors.accent;
      } else {
        pen.strokeStyle = colors.paper;
        pen.lineWidth = 4 / scale;
        pen.strokeText(words, left, top);
        pen.fillStyle = colors.ink;
      }
      pen.fillText(words, left, top);
    }
  }

  Object.assign(
    allusion,
    /** @satisfies {Partial<Allusion>} */ ({ headShifts, bundleCurves, edgeMarks, drawEdgeMarks }),
  );
});
