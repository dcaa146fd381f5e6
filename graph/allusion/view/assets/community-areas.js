/** The areas of communities in the network view: a rounded hull around the members that are shown. */
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
      const shown = community.filter((place) => visible.has(place));
      if (shown.length < FEWEST) return [];
      const middle = { x: median(shown.map((place) => x[place])), y: median(shown.map((place) => y[place])) };
      /** @param {number} place */
      const away = (place) => Math.hypot(x[place] - middle.x, y[place] - middle.y);
      const most = FAR * median(shown.map(away));
      const members = shown.filter((place) => away(place) <= most);
      if (members.length < FEWEST) return [];
      const rims = members.flatMap((place) =>
        Array.from({ length: CORNERS }, (_, corner) => ({
          x: x[place] + (size[place] + PAD) * Math.cos((2 * Math.PI * corner) / CORNERS),
          y: y[place] + (size[place] + PAD) * Math.sin((2 * Math.PI * corner) / CORNERS),
        })),
      );
      const outline = hull(rims);
      const by = [...outline].sort((one, other) => one.y - other.y);
      const across = outline.map((point) => point.x);
      const reach = Math.max(...across) - Math.min(...across);
      return [{ members, outline, top: by[0], bottom: by[by.length - 1], reach }];
    });
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ communityAreas }));
});
