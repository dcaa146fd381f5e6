/**
 * Shortest paths between two entities, with the same rules as network/paths.py, which explains
 * them. A browser test compares the two.
 */
allusion.define((allusion) => {
  'use strict';
  const { data } = allusion;
  const [MOST, HOP, FACT] = [500, 1_000_000, 10_000];
  /** @param {Edge} edge */
  const connects = (edge) => data.families[edge.family].connection;
  /** @param {string} one @param {string} other */
  const order = (one, other) => (one < other ? -1 : Number(one > other));

  /** Connections before other edges, then edges with more sources first. @param {number} one @param {number} other */
  function worth(one, other) {
    const [a, b] = [data.edges[one], data.edges[other]];
    return Number(connects(b)) - Number(connects(a)) || b.sources - a.sources || order(a.id, b.id);
  }

  /**
   * For each entity its neighbors, with the edges between them, the best first.
   * @param {number[]} ends @param {(edge: number) => boolean} allowed @param {boolean} hubs
   */
  function joints(ends, allowed, hubs) {
    /** @param {number} end */
    const hub = (end) => !ends.includes(end) && allusion.kindStyle(data.entities[end].kind).hub;
    /** @type {Map<number, number[]>[]} */
    const at = data.entities.map(() => new Map());
    data.edges.forEach((edge, index) => {
      if (edge.from === edge.to || edge.certainty === 'doubtful' || !allowed(index)) return;
      if (!connects(edge) && !hubs && (hub(edge.from) || hub(edge.to))) return;
      const edges = at[edge.from].get(edge.to) || [];
      edges.push(index);
      at[edge.from].set(edge.to, edges);
      at[edge.to].set(edge.from, edges);
    });
    at.forEach((others) => others.forEach((edges) => edges.sort(worth)));
    return at;
  }

  /**
   * The distance of every reachable entity from `start` (breadth-first search).
   * @param {number} start @param {Map<number, number[]>[]} at @returns {Map<number, number>}
   */
  function distances(start, at) {
    const far = new Map([[start, 0]]);
    for (const index of far.keys()) {
      for (const other of at[index].keys()) if (!far.has(other)) far.set(other, (far.get(index) || 0) + 1);
    }
    return far;
  }

  /** @typedef {{ cost: number, path: number[] }} Route */

  /**
   * The shortest paths, the best first, at most MOST; whether there are more; the number of entities that each end
   * reaches.
   * @type {Allusion['findPaths']}
   */
  function findPaths(start, end, allowed, hubs) {
    const at = joints([start, end], allowed, hubs);
    const far = distances(end, at);
    const reach = [distances(start, at).size - 1, far.size - 1];
    if (!far.has(start)) return { paths: [], more: false, reach };
    /** @param {number} one @param {number} other */
    const cost = (one, other) => {
      const [first = 0] = at[one].get(other) || [];
      const best = data.edges[first];
      const bits = 32 - Math.clz32(at[one].size * at[other].size);
      return HOP + (connects(best) ? 0 : FACT) + 100 * bits - Math.min(best.sources, 9);
    };
    /** The best routes from an entity to the end. @type {Map<number, Route[]>} */
    const known = new Map([[end, [{ cost: 0, path: [end] }]]]);
    /** @param {Route} one @param {Route} other */
    const better = (one, other) => {
      if (one.cost !== other.cost) return one.cost - other.cost;
      const differs = one.path.findIndex((entityIndex, index) => entityIndex !== other.path[index]);
      return differs < 0 ? 0 : order(data.entities[one.path[differs]].id, data.entities[other.path[differs]].id);
    };
    /** @param {number} index @returns {Route[]} */
    function from(index) {
      let routes = known.get(index);
      if (!routes) {
        const next = [...at[index].keys()].filter((other) => far.get(other) === (far.get(index) || 0) - 1);
        const all = next.flatMap((other) =>
          from(other).map((way) => ({ cost: way.cost + cost(index, other), path: [index, ...way.path] })),
        );
        routes = all.sort(better).slice(0, MOST + 1);
        known.set(index, routes);
      }
      return routes;
    }
    const found = start === end ? [] : from(start);
    /** @param {Route} route @returns {Hop[]} */
    const hops = ({ path }) =>
      path.slice(1).map((to, index) => ({
        from: path[index],
        to,
        edges: at[path[index]].get(to) || [],
      }));
    return { paths: found.slice(0, MOST).map(hops), more: found.length > MOST, reach };
  }

  /**
   * Suggested ends of paths: at least three hops away, well connected, each of another kind if possible.
   * @type {Allusion['suggestedEnds']}
   */
  function suggestedEnds(start, allowed, number) {
    const at = joints([start], allowed, false);
    const far = distances(start, at);
    const least = Math.min(3, Math.max(...far.values()));
    if (least < 2) return [];
    /** @param {number} index */
    const weight = (index) => at[index].size - Math.max(0, (far.get(index) || 0) - 4) * 4;
    const best = [...far.keys()]
      .filter((index) => (far.get(index) || 0) >= least)
      .sort((one, other) => weight(other) - weight(one) || one - other);
    const kinds = new Set();
    const first = best.filter((index) => {
      const { kind } = data.entities[index];
      return !kinds.has(kind) && kinds.add(kind);
    });
    return [...new Set([...first, ...best])].slice(0, number);
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ findPaths, suggestedEnds }));
});
