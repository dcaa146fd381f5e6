/**
 * The areas of communities in the network view: a rounded hull around the members that are shown, and its name.
 * layout/areas.py computes similar areas for SVG.
 */
allusion.define((allusion) => {
  'use strict';
  const [FEWEST, PAD, CORNERS, FAR] = [4, 34, 12, 2.2];

  /** @param {number[]} values */
  const median = (values) => [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];

  /** The convex hull (Andrew's monotone chain). @param {Point[]} points */
  function hull(points) {
    const sorted = [...points].sort((one, other) => one.x - other.x || one.y - other.y);
    /** @param {Point[]} some */
    const half = (some) => {
      /** @type {Point[]} */
      const found = [];
      for (const point of some) {
        while (found.length > 1) {
          const [one, other] = found.slice(-2);
          if ((other.x - one.x) * (point.y - one.y) - (other.y - one.y) * (point.x - one.x) > 0) break;
          found.pop();
        }
        found.push(point);
      }
      return found.slice(0, -1);
    };
    return [...half(sorted), ...half(sorted.reverse())];
  }

  /**
   * The area of each community with enough members in one place. Members far away from the others are left outside.
   * @type {Allusion['communityAreas']}
   */
  function communityAreas(communities, { x, y, size, visible }) {
    return communities.flatMap((community) => {
      const shown = community.filter((index) => visible.has(index));
      if (shown.length < FEWEST) return [];
      const middle = { x: median(shown.map((index) => x[index])), y: median(shown.map((index) => y[index])) };
      /** @param {number} index */
      const away = (index) => Math.hypot(x[index] - middle.x, y[index] - middle.y);
      const most = FAR * median(shown.map(away));
      const members = shown.filter((index) => away(index) <= most);
      if (members.length < FEWEST) return [];
      const rims = members.flatMap((index) =>
        Array.from({ length: CORNERS }, (_, corner) => ({
          x: x[index] + (size[index] + PAD) * Math.cos((2 * Math.PI * corner) / CORNERS),
          y: y[index] + (size[index] + PAD) * Math.sin((2 * Math.PI * corner) / CORNERS),
        })),
      );
      const outline = hull(rims);
      return [{ members, outline }];
    });
  }

  /** @param {Rectangle} one @param {Rectangle} other @param {number} [margin] */
  const overlap = (one, other, margin = 0) =>
    one[0] - margin < other[2] &&
    other[0] < one[2] + margin &&
    one[1] - margin < other[3] &&
    other[1] < one[3] + margin;

  /** Whether a convex outline contains a point. @param {Point[]} outline as `hull` returns it @param {Point} point */
  const contains = (outline, point) =>
    outline.every((one, index) => {
      const other = outline[(index + 1) % outline.length];
      return (other.x - one.x) * (point.y - one.y) - (other.y - one.y) * (point.x - one.x) >= 0;
    });

  /**
   * The names of areas, each at the edge of its area where it covers fewest nodes, and no other name.
   * @type {Allusion['placeAreaNames']}
   */
  function placeAreaNames(areas, nodes, { measure, size, rim, scale }) {
    const outlines = areas.map(({ outline }) => outline.map(({ x, y }) => ({ x: x * scale, y: y * scale })));
    /** @type {{ words: string, box: Rectangle }[]} */
    const found = [];
    for (const [index, { members }] of areas.entries()) {
      const words = members
        .slice(0, 2)
        .map((index) => allusion.cleanText(allusion.nameOf(index).text))
        .join(' · ');
      const width = measure(words) + 4;
      const outline = outlines[index];
      const across = outline.map((point) => point.x);
      const reach = Math.max(...across) - Math.min(...across);
      if (width > 1.35 * reach) continue;
      const [middle, center] = [median(across), median(outline.map((point) => point.y))];
      const places = outline.map(({ x, y }) => {
        const top = y < center ? y - size - 5 : y + 5;
        /** @type {Rectangle} */
        const box = [x - width / 2, top, x + width / 2, top + size + 4];
        const covered = nodes.filter((node) => overlap(box, node, 4)).length;
        const point = { x, y: top + size / 2 };
        const others = outlines.filter((other, at) => at !== index && contains(other, point)).length;
        // The top in the middle is the usual place.
        const unusual = Math.abs(x - middle) / reach + (y < center ? 0 : 0.5);
        return { box, cost: 2 * covered + 1.5 * others + unusual };
      });
      const free = places.filter(
        ({ box }) =>
          box[0] >= rim[0] &&
          box[1] >= rim[1] &&
          box[2] <= rim[2] &&
          box[3] <= rim[3] &&
          !found.some((one) => overlap(box, one.box)),
      );
      const best = free.sort((one, other) => one.cost - other.cost)[0];
      if (best) found.push({ words, box: best.box });
    }
    return found;
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ communityAreas, placeAreaNames }));
});
