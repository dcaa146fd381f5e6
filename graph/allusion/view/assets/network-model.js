/**
 * The state of the network view: visible nodes and edges, folded communities, highlighted neighbors, and labels that
 * have room. Rendering is elsewhere.
 */
allusion.define((allusion) => {
  'use strict';
  const { data } = allusion;
  const { plan } = data;
  const [LABEL, LONGEST_LABEL, SMALLEST, MARKED, INSISTENT, MOST_PARALLEL] = [12, 220, 2, 7, 24, 4];
  const RIM = [70, 20];
  const groups = plan.groups || [];
  const home = new Int32Array(data.entities.length).fill(-1);
  groups.forEach((group, number) =>
    group.members.forEach((place) => {
      home[place] = number;
    }),
  );

  const FONTS = '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", "Noto Sans", "Noto Sans CJK TC", sans-serif';

  /** @type {NetworkContent} */
  const seen = {
    x: plan.x,
    y: plan.y,
    size: plan.size,
    visible: new Set(),
    order: [],
    lines: [],
    bundles: new Map(),
    near: null,
    joined: 0,
    folded: [],
    state: allusion.state(),
    labels: { scale: 0, places: [], boxes: [] },
  };
  let wide = false;
  let language = '';
  /** @type {Map<number, number>} */ const widths = new Map();

  /**
   * Update from a state. Returns true if the coordinates of all nodes changed.
   * @param {State} state
   */
  function update(state) {
    seen.state = state;
    const passing = shownEdges(state);
    const joined = new Set([state.focus, state.shown]);
    const chosen = state.shown !== state.focus || state.edge >= 0;
    const near = new Set([state.shown]);
    for (const place of passing) {
      const { from, to } = data.edges[place];
      joined.add(from).add(to);
      if (from === state.shown) near.add(to);
      if (to === state.shown) near.add(from);
    }
    seen.near = chosen ? near : null;
    seen.joined = joined.size;
    fold(state, joined, chosen ? near : new Set([state.focus, state.shown]));
    seen.lines = passing.filter(
      (place) => seen.visible.has(data.edges[place].from) && seen.visible.has(data.edges[place].to),
    );
    seen.bundles = bundles(seen.lines);
    const first = [state.shown, state.focus];
    seen.order = [...seen.visible].sort(
      (one, other) =>
        Number(first.includes(other)) - Number(first.includes(one)) || seen.size[other] - seen.size[one] || one - other,
    );
    if (state.lang !== language) widths.clear();
    language = state.lang;
    seen.labels.scale = 0;
    const all = Boolean(plan.whole) && [...state.families].some((name) => !data.families[name].connection);
    const moved = all !== wide;
    wide = all;
    [seen.x, seen.y] = all && plan.whole ? [plan.whole.x, plan.whole.y] : [plan.x, plan.y];
    return moved;
  }

  /**
   * Show the best connected members of each community that is not open, and count the rest.
   * @param {State} state @param {Set<number>} joined @param {Set<number>} kept
   */
  function fold(state, joined, kept) {
    seen.folded = [];
    if (!groups.length) {
      seen.visible = joined;
      return;
    }
    const open = new Set([...state.open].map((place) => home[place]));
    seen.visible = new Set([...kept].filter((place) => joined.has(place)));
    groups.forEach((group, number) => {
      const members = group.members.filter((place) => joined.has(place));
      const most = open.has(number) ? Infinity : group.shown;
      members.slice(0, most).forEach((place) => seen.visible.add(place));
      const left = members.filter((place) => !seen.visible.has(place)).length;
      if (!left && !open.has(number)) return;
      // A folded circle shrinks with the number of its members that pass the filters.
      const reach = Math.max(
        ...members.slice(0, most).map((place) => Math.hypot(plan.x[place] - group.x, plan.y[place] - group.y)),
      );
      const radius = open.has(number)
        ? group.radius
        : Math.min(group.radius, Math.max(reach + 24, group.radius * Math.sqrt(members.length / group.members.length)));
      seen.folded.push({ ...group, radius, number, best: members[0], left, open: open.has(number) });
    });
  }

  /**
   * Bundle the edges between two entities by family, if there are more than can be told apart.
   * @param {number[]} lines
   */
  function bundles(lines) {
    /** @type {Map<string, number[]>} */
    const pairs = new Map();
    for (const place of lines) {
      const { from, to } = data.edges[place];
      const key = `${Math.min(from, to)} ${Math.max(from, to)}`;
      pairs.set(key, [...(pairs.get(key) || []), place]);
    }
    /** @type {Map<number, number[]>} */
    const found = new Map();
    for (const edges of pairs.values()) {
      if (edges.length <= MOST_PARALLEL) continue;
      for (const family of new Set(edges.map((place) => data.edges[place].family))) {
        const alike = edges.filter((place) => data.edges[place].family === family);
        if (alike.length > 1) found.set(alike[0], alike);
      }
    }
    return found;
  }

  /** @param {State} state */
  function shownEdges(state) {
    /** @type {number[]} */
    const found = [];
    data.edges.forEach((edge, place) => {
      if (state.families.has(edge.family) && allusion.passesFilters(place)) found.push(place);
    });
    return found;
  }

  /**
   * Open or close the community of an entity. @param {Partial<State>} besides what else changes
   * @param {number} place
   */
  function openGroup(place, besides = {}) {
    const open = [...allusion.state().open].filter((one) => home[one] !== home[place]);
    if (open.length === allusion.state().open.size) open.push(place);
    allusion.navigate({ open: new Set(open), ...besides });
  }

  /** @param {FoldedCommunity} group */
  const foldWords = (group) => (group.left ? `and ${group.left.toLocaleString('en')} more` : 'all shown; fold again');

  /** @param {number} place */
  const foldedAt = (place) => seen.folded.find((group) => group.number === home[place]);

  /** @param {number} place */
  const marked = (place) => place === seen.state.focus || place === seen.state.shown;

  /** The radius of a node on the screen, in pixels. @param {number} place @param {number} scale */
  const radiusAt = (place, scale) =>
    Math.max(plan.painted ? (marked(place) ? MARKED : SMALLEST) : 0, seen.size[place] * scale);

  /** The name of an entity, shortened. @type {NetworkModel['labelText']} */
  const labelText = (place) => allusion.truncate(allusion.cleanText(allusion.nameOf(place).text), LABEL, LONGEST_LABEL);

  /** @param {number} place @param {Measure} measure */
  function widthOf(place, measure) {
    const known = widths.get(place);
    if (known !== undefined) return known;
    const width = measure(labelText(place));
    widths.set(place, width);
    return width;
  }

  /**
   * The labels that have room at a scale: below, above, right or left of their node, without covering a label or a
   * node. Labels of the best connected nodes may cover nodes of less importance. Panning changes nothing.
   * @type {NetworkModel['labels']}
   */
  function labels(measure, scale) {
    if (seen.labels.scale === scale) return seen.labels;
    const shapes = seen.order.map((place) => {
      const [x, y, r] = [seen.x[place] * scale, seen.y[place] * scale, radiusAt(place, scale)];
      return [x - r, y - r, x + r, y + r];
    });
    /** @param {number} side @param {(one: number, other: number) => number} best */
    const edge = (side, best) => shapes.reduce((found, box) => best(found, box[side]), shapes[0][side]);
    // No label may lead out of the picture, where it would be cut off.
    const rim = [
      edge(0, Math.min) - RIM[0],
      edge(1, Math.min) - RIM[1],
      edge(2, Math.max) + RIM[0],
      edge(3, Math.max) + RIM[1],
    ];
    /** @param {Rectangle} box */
    const inside = (box) => box[0] >= rim[0] && box[1] >= rim[1] && box[2] <= rim[2] && box[3] <= rim[3];
    seen.labels = {
      scale,
      ...allusion.placeLabels(
        seen.order,
        (place) => {
          const width = widthOf(place, measure);
          const [x, y, r] = [seen.x[place] * scale, seen.y[place] * scale, radiusAt(place, scale)];
          /** @param {number} left @param {number} top */
          const box = (left, top) => [left - 2, top - 1, left + width + 2, top + LABEL + 2];
          return [
            box(x - width / 2, y + r + 3),
            box(x - width / 2, y - r - LABEL - 4),
            box(x + r + 5, y - LABEL / 2),
            box(x - r - 5 - width, y - LABEL / 2),
          ].filter(inside);
        },
        shapes,
        INSISTENT,
        [...captions(measure, scale).map(({ box }) => box), ...shapes.filter((_, index) => marked(seen.order[index]))],
      ),
    };
    return seen.labels;
  }

  /**
   * The number of folded members at the foot of each circle that is wide enough, with its rectangle.
   * @type {NetworkModel['captions']}
   */
  function captions(measure, scale) {
    return seen.folded.flatMap((group) => {
      const words = foldWords(group);
      const [half, radius] = [measure(words) / 2 + 2, group.radius * scale];
      if (half > 0.85 * radius) return [];
      const bottom = group.y * scale + Math.sqrt(radius ** 2 - half ** 2) - 3;
      return [{ words, box: [group.x * scale - half, bottom - LABEL - 3, group.x * scale + half, bottom] }];
    });
  }

  /** Draw the labels; the context has the coordinates of the layout. @type {NetworkModel['drawLabels']} */
  function drawLabels(pen, scale, colors) {
    pen.font = `500 ${LABEL / scale}px ${FONTS}`;
    pen.textAlign = 'left';
    pen.textBaseline = 'top';
    pen.lineJoin = 'round';
    const { places, boxes } = labels((text) => pen.measureText(text).width * scale, scale);
    pen.lineWidth = 3.5 / scale;
    pen.strokeStyle = colors.paper;
    pen.fillStyle = colors.ink;
    places.forEach((place, index) => {
      pen.globalAlpha = faded(place) ? 0.25 : 1;
      const [x, y] = [(boxes[index][0] + 2) / scale, (boxes[index][1] + 1) / scale];
      const text = labelText(place);
      pen.strokeText(text, x, y);
      pen.fillText(text, x, y);
    });
    pen.globalAlpha = 1;
  }

  /** @param {number} place */
  const faded = (place) => seen.near !== null && !seen.near.has(place);

  Object.assign(
    allusion,
    /** @satisfies {Partial<Allusion>} */ ({
      networkModel: {
        seen,
        update,
        shownEdges,
        openGroup,
        foldWords,
        foldedAt,
        radiusAt,
        labels,
        captions,
        drawLabels,
        faded,
        labelText,
        groups,
        home,
        RIM,
      },
    }),
  );
});
