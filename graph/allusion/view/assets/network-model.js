/**
 * The state of the network view: visible nodes and edges, folded leaves and communities, highlighted neighbors, and
 * labels that have room. Rendering is elsewhere.
 */
allusion.define((allusion) => {
  'use strict';
  const { data } = allusion;
  const { plan } = data;
  const [LABEL, FOCUS_LABEL, AREA_NAME, SHORT_LABEL, LONGEST_LABEL, INSISTENT, MOST_PARALLEL] = [
    12, 15, 14, 84, 130, 150, 4,
  ];
  // Entities that have room for their names at least and at most, and the room for a name in square pixels.
  const [FEWEST, MOST, ROOM] = [40, 100, 9000];
  // The proportions that Python lays out for, and how far a layout is stretched to those of the frame.
  const [ASPECT, LONGEST] = [1.55, 1.8];
  // Radii on the screen at least, in pixels: of a node, of one of thousands, of the focus.
  const [SMALL, TINY, MARKED] = [4.5, 2, 9];
  const RIM = allusion.narrow.matches ? [34, 20] : [70, 20];
  const groups = plan.groups || [];
  const home = new Int32Array(data.entities.length).fill(-1);
  groups.forEach((group, number) =>
    group.members.forEach((index) => {
      home[index] = number;
    }),
  );

  const SERIFS =
    '"Iowan Old Style", Palatino, Georgia, "Liberation Serif", "Noto Serif", "Latin serif marks", ' +
    '"Noto Serif CJK TC", serif';
  const FONTS =
    '"Helvetica Neue", Helvetica, Arial, "Liberation Sans", "Noto Sans", "Latin marks", "Noto Sans CJK TC", sans-serif';

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
    leaves: new Map(),
    apart: 0,
    close: false,
    areas: [],
    state: allusion.state(),
    labels: { scale: 0, indices: [], boxes: [], areas: [], marks: [] },
  };
  /** @type {{ all: boolean, upright: boolean, stretch: number } | null} */
  let arrangement = null;
  /** @type {Map<number, number>} */ const widths = new Map();

  /**
   * Update from a state. Returns true if the coordinates of all nodes changed.
   * @param {State} state
   * @param {Frame} [frame] without it, for a frame of the proportions of the layout
   */
  function update(state, frame = { clientWidth: 1.55e3, clientHeight: 1e3 }) {
    seen.state = state;
    const most = Math.min(MOST, Math.max(FEWEST, Math.floor((frame.clientWidth * frame.clientHeight) / ROOM)));
    const passing = shownEdges(state);
    const beside = neighbors(passing);
    const joined = new Set([state.focus, state.shown, ...beside.keys()]);
    const chosen = state.shown !== state.focus || state.edge >= 0;
    const near = new Set([state.shown, ...(beside.get(state.shown) || [])]);
    seen.near = chosen ? near : null;
    seen.joined = joined.size;
    seen.folded = [];
    seen.leaves = new Map();
    seen.apart = 0;
    if (groups.length) foldGroups(state, joined, chosen ? near : new Set([state.focus, state.shown]));
    else foldLeaves(state, joined, beside, most);
    seen.lines = passing.filter(
      (index) => seen.visible.has(data.edges[index].from) && seen.visible.has(data.edges[index].to),
    );
    seen.bundles = bundles(seen.lines);
    const first = [state.shown, state.focus];
    seen.order = [...seen.visible].sort(
      (one, other) =>
        Number(first.includes(other)) - Number(first.includes(one)) || seen.size[other] - seen.size[one] || one - other,
    );
    widths.clear();
    seen.labels.scale = 0;
    const all = Boolean(plan.whole) && [...state.families].some((name) => !data.families[name].connection);
    const { areas = [] } = all && plan.whole ? plan.whole : plan;
    const moved = arrange(all, frame);
    seen.areas = allusion.communityAreas(areas, seen);
    return moved;
  }

  /**
   * Turn the layout in an upright frame, and stretch it to the proportions of the frame: names need room. The circles
   * of folded communities stay. Returns whether the coordinates changed.
   * @param {boolean} all @param {Frame} frame
   */
  function arrange(all, { clientWidth, clientHeight }) {
    const upright = !groups.length && clientHeight > 1.1 * clientWidth;
    const missing = upright ? (ASPECT * clientWidth) / clientHeight : (ASPECT * clientHeight) / clientWidth;
    const stretch = groups.length ? 1 : Math.round(20 * Math.min(LONGEST, Math.max(1, missing || 1))) / 20;
    const last = arrangement;
    if (last && last.all === all && last.upright === upright && last.stretch === stretch) return false;
    arrangement = { all, upright, stretch };
    const { x, y } = all && plan.whole ? plan.whole : plan;
    const across = stretch === 1 ? y : y.map((value) => value * stretch);
    [seen.x, seen.y] = upright ? [across, x] : [x, across];
    return last !== null || upright || stretch !== 1;
  }

  /** The neighbors of each end of some edges. @param {number[]} edges */
  function neighbors(edges) {
    /** @type {Map<number, Set<number>>} */
    const found = new Map();
    for (const index of edges) {
      const { from, to } = data.edges[index];
      for (const [one, other] of [
        [from, to],
        [to, from],
      ]) {
        const others = found.get(one) || new Set();
        found.set(one, others);
        if (one !== other) others.add(other);
      }
    }
    return found;
  }

  /**
   * Show what is nearest to the focus, without the leaves: entities with one neighbor. They are counted at that
   * neighbor, which opens them, as does zooming in. Neighbors of the focus and of the selected entity stay.
   * @param {State} state @param {Set<number>} joined @param {Map<number, Set<number>>} beside
   * @param {number} most entities that have room for their names
   */
  function foldLeaves(state, joined, beside, most) {
    const kept = new Set([state.focus, state.shown].flatMap((index) => [index, ...(beside.get(index) || [])]));
    /** The only neighbor of a leaf; -1 if it is none. @param {number} index */
    const anchorOf = (index) => {
      const [anchor = -1, second] = beside.get(index) || [];
      const pair = beside.get(anchor)?.size === 1 && anchor > index;
      return second === undefined && !pair && !kept.has(index) ? anchor : -1;
    };
    const near = nearest(state.focus, beside, most);
    const complete = state.all || near.size < 3 || joined.size <= plan.complete;
    const shown = [...joined].filter(
      (index) => complete || kept.has(index) || near.has(index) || near.has(anchorOf(index)),
    );
    seen.apart = joined.size - shown.length;
    seen.visible = new Set();
    for (const index of shown) {
      const anchor = anchorOf(index);
      if (anchor >= 0 && shown.length > plan.complete && !seen.close && !state.open.has(anchor))
        seen.leaves.set(anchor, (seen.leaves.get(anchor) || 0) + 1);
      else seen.visible.add(index);
    }
  }

  /**
   * The neighbors of the focus, then the best connected entities of each further step, at most `most` that are no
   * leaves. A selection does not change them.
   * @param {number} focus @param {Map<number, Set<number>>} beside @param {number} most
   */
  function nearest(focus, beside, most) {
    /** @param {number} index */
    const others = (index) => beside.get(index) || new Set();
    const found = new Set([focus, ...others(focus)]);
    let last = [...others(focus)];
    while (last.length) {
      const next = [...new Set(last.flatMap((index) => [...others(index)]))]
        .filter((index) => !found.has(index) && others(index).size > 1)
        .sort((one, other) => others(other).size - others(one).size || one - other);
      last = next.slice(0, Math.max(0, most - found.size));
      for (const index of last) found.add(index);
      if (last.length < next.length) break;
    }
    return found;
  }

  /**
   * Show the best connected members of each community that is not open, and count the rest.
   * @param {State} state @param {Set<number>} joined @param {Set<number>} kept
   */
  function foldGroups(state, joined, kept) {
    const open = new Set([...state.open].map((index) => home[index]));
    seen.visible = new Set([...kept].filter((index) => joined.has(index)));
    groups.forEach((group, number) => {
      const members = group.members.filter((index) => joined.has(index));
      const most = open.has(number) ? Infinity : group.shown;
      members.slice(0, most).forEach((index) => seen.visible.add(index));
      const left = members.filter((index) => !seen.visible.has(index)).length;
      if (!left && !open.has(number)) return;
      // A folded circle shrinks with the number of its members that pass the filters.
      const reach = Math.max(
        ...members.slice(0, most).map((index) => Math.hypot(plan.x[index] - group.x, plan.y[index] - group.y)),
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
    for (const index of lines) {
      const { from, to } = data.edges[index];
      const key = `${Math.min(from, to)} ${Math.max(from, to)}`;
      pairs.set(key, [...(pairs.get(key) || []), index]);
    }
    /** @type {Map<number, number[]>} */
    const found = new Map();
    for (const edges of pairs.values()) {
      if (edges.length <= MOST_PARALLEL) continue;
      for (const family of new Set(edges.map((index) => data.edges[index].family))) {
        const alike = edges.filter((index) => data.edges[index].family === family);
        if (alike.length > 1) found.set(alike[0], alike);
      }
    }
    return found;
  }

  /** @param {State} state */
  function shownEdges(state) {
    /** @type {number[]} */
    const found = [];
    data.edges.forEach((edge, index) => {
      if (state.families.has(edge.family) && allusion.passesFilters(index)) found.push(index);
    });
    return found;
  }

  /**
   * Open or close the community of an entity. @param {Partial<State>} besides what else changes
   * @param {number} index
   */
  function openGroup(index, besides = {}) {
    const open = [...allusion.state().open].filter((one) => home[one] !== home[index]);
    if (open.length === allusion.state().open.size) open.push(index);
    allusion.navigate({ open: new Set(open), ...besides });
  }

  /** @param {FoldedCommunity} group */
  const foldWords = (group) =>
    group.left ? `and ${group.left.toLocaleString('en')} more` : 'all shown; click to fold';

  /** @param {number} index */
  const foldedAt = (index) => seen.folded.find((group) => group.number === home[index]);

  /** @param {number} index */
  const marked = (index) => index === seen.state.focus || index === seen.state.shown;

  /** The radius of a node on the screen, in pixels. @param {number} index @param {number} scale */
  const radiusAt = (index, scale) =>
    marked(index)
      ? Math.max(MARKED, 0.8 * seen.size[index] * scale)
      : Math.max(plan.painted ? TINY : SMALL, (plan.painted ? 1 : 0.72) * seen.size[index] * scale);

  /**
   * The name of an entity, shortened, and the number of its folded leaves; shortened more in a narrow box.
   * @type {NetworkModel['labelText']}
   */
  function labelText(index, short = false) {
    const count = seen.leaves.get(index);
    const limit = short ? SHORT_LABEL : LONGEST_LABEL;
    const name = allusion.truncate(allusion.cleanText(allusion.nameOf(index).text), LABEL, limit);
    return count ? `${name} +${count}` : name;
  }

  /** Whether a label was placed in its short form. @param {number} index @param {Rectangle} box */
  const isShort = (index, box) => box[2] - box[0] < (widths.get(index) || 0);

  /** @param {number} index */
  const labelSize = (index) => (index === seen.state.focus ? FOCUS_LABEL : LABEL);

  /** Open or close the leaves of an entity. @param {number} index */
  function toggleLeaves(index) {
    const open = new Set(allusion.state().open);
    if (open.has(index)) open.delete(index);
    else open.add(index);
    allusion.navigate({ open });
  }

  /** Show all leaves, or fold them. Returns whether that changes anything. @param {boolean} close */
  function setClose(close) {
    if (seen.close === close || groups.length) return false;
    seen.close = close;
    return true;
  }

  /** @param {number} index @param {Measure} measure */
  function widthOf(index, measure) {
    const known = widths.get(index);
    if (known !== undefined) return known;
    const width = measure(labelText(index), labelSize(index));
    widths.set(index, width);
    return width;
  }

  /**
   * The labels that have room at a scale: below, above, right or left of their node, without covering a label or a
   * node. Labels of the best connected nodes may cover nodes of less importance. Panning changes nothing.
   * @type {NetworkModel['labels']}
   */
  function labels(measure, scale) {
    if (seen.labels.scale === scale) return seen.labels;
    const shapes = seen.order.map((index) => {
      const [x, y, r] = [seen.x[index] * scale, seen.y[index] * scale, radiusAt(index, scale)];
      return [x - r, y - r, x + r, y + r];
    });
    /** @param {number} side @param {(one: number, other: number) => number} best */
    const edge = (side, best) => shapes.reduce((found, box) => best(found, box[side]), shapes[0][side]);
    // No label may lead out of the picture, where it would be cut off.
    /** @type {Rectangle} */
    const rim = [
      edge(0, Math.min) - RIM[0],
      edge(1, Math.min) - RIM[1],
      edge(2, Math.max) + RIM[0],
      edge(3, Math.max) + RIM[1],
    ];
    /** @param {Rectangle} box */
    const inside = (box) => box[0] >= rim[0] && box[1] >= rim[1] && box[2] <= rim[2] && box[3] <= rim[3];
    // The name of the focus goes below it before any mark does.
    const { focus } = seen.state;
    const [x, y] = [seen.x[focus] * scale, seen.y[focus] * scale + radiusAt(focus, scale)];
    const half = widthOf(focus, measure) / 2 + 2;
    const marks = allusion.edgeMarks(seen, scale, [...shapes, [x - half, y, x + half, y + FOCUS_LABEL + 8]]);
    const areas = allusion.placeAreaNames(seen.areas, shapes, {
      measure: (words) => measure(words, AREA_NAME),
      size: AREA_NAME,
      rim,
      scale,
    });
    seen.labels = {
      scale,
      areas,
      marks,
      ...allusion.placeLabels(
        seen.order,
        (index) => {
          const whole = widthOf(index, measure);
          const short = labelText(index, true);
          const [x, y, r] = [seen.x[index] * scale, seen.y[index] * scale, radiusAt(index, scale)];
          const high = labelSize(index);
          /** @param {number} width */
          const around = (width) =>
            [
              [x - width / 2, y + r + 3],
              [x - width / 2, y - r - high - 4],
              [x + r + 5, y - high / 2],
              [x - r - 5 - width, y - high / 2],
              [x + r * 0.7, y + r * 0.7 + 1],
              [x - r * 0.7 - width, y + r * 0.7 + 1],
              [x + r * 0.7, y - r * 0.7 - high - 2],
              [x - r * 0.7 - width, y - r * 0.7 - high - 2],
            ].map(([left, top]) => [left - 2, top - 1, left + width + 2, top + high + 2]);
          const narrow = marked(index) || short === labelText(index) ? [] : around(measure(short, high));
          return [...around(whole), ...narrow].filter(inside);
        },
        shapes,
        groups.length || seen.visible.size > INSISTENT ? INSISTENT / 6 : INSISTENT,
        [
          ...[...captions(measure, scale), ...areas, ...marks].map(({ box }) => box),
          ...shapes.filter((_, index) => marked(seen.order[index])),
        ],
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
      const [half, radius] = [measure(words, LABEL) / 2 + 2, group.radius * scale];
      if (half > 0.85 * radius) return [];
      const bottom = group.y * scale + Math.sqrt(radius ** 2 - half ** 2) - 3;
      return [{ words, box: [group.x * scale - half, bottom - LABEL - 3, group.x * scale + half, bottom] }];
    });
  }

  /** Draw the areas; the context has the coordinates of the layout. @type {NetworkModel['drawAreas']} */
  function drawAreas(pen, colors) {
    pen.fillStyle = colors.hair;
    pen.globalAlpha = 0.45;
    for (const { outline } of seen.areas) {
      pen.beginPath();
      for (const { x, y } of outline) pen.lineTo(x, y);
      pen.fill();
    }
    pen.globalAlpha = 1;
  }

  /** Draw the labels; the context has the coordinates of the layout. @type {NetworkModel['drawLabels']} */
  function drawLabels(pen, scale, colors) {
    /** @param {number} size */
    const setFont = (size) => {
      const style = size === AREA_NAME ? 'italic 600' : size === FOCUS_LABEL ? '700' : '500';
      pen.font = `${style} ${size / scale}px ${size === AREA_NAME ? SERIFS : FONTS}`;
    };
    /** @type {Measure} */
    const measure = (text, size) => {
      setFont(size);
      return pen.measureText(text).width * scale;
    };
    const { indices, boxes, marks } = labels(measure, scale);
    pen.lineJoin = 'round';
    allusion.drawEdgeMarks(pen, marks, scale, colors, FONTS);
    pen.textAlign = 'left';
    pen.textBaseline = 'top';
    pen.lineWidth = 3.5 / scale;
    pen.strokeStyle = colors.paper;
    setFont(AREA_NAME);
    pen.fillStyle = colors.muted;
    for (const { words, box } of seen.labels.areas) {
      pen.strokeText(words, (box[0] + 2) / scale, (box[1] + 1) / scale);
      pen.fillText(words, (box[0] + 2) / scale, (box[1] + 1) / scale);
    }
    pen.fillStyle = colors.ink;
    indices.forEach((entityIndex, index) => {
      setFont(labelSize(entityIndex));
      pen.globalAlpha = faded(entityIndex) ? 0.25 : 1;
      const [x, y] = [(boxes[index][0] + 2) / scale, (boxes[index][1] + 1) / scale];
      const text = labelText(entityIndex, isShort(entityIndex, boxes[index]));
      pen.strokeText(text, x, y);
      pen.fillText(text, x, y);
    });
    setFont(LABEL);
    pen.globalAlpha = 1;
  }

  /**
   * Width and dashes of an edge in pixels. The thinnest line is thick enough to distinguish the styles of the families
   * at any angle; the thickest one covers little.
   * @type {NetworkModel['lineStyle']}
   */
  function lineStyle(index) {
    const { family, sources } = data.edges[index];
    return { width: 1.4 + 0.25 * (Math.min(Math.max(sources, 1), 5) - 1), dash: data.families[family].dash };
  }

  /** Whether an edge has the accent color: one of the focus as long as nothing is selected. @param {number} index */
  function accented(index) {
    const { shown, focus } = seen.state;
    const { from, to } = data.edges[index];
    return !seen.near && shown === focus && (from === focus || to === focus);
  }

  /** @param {number} index */
  const faded = (index) => seen.near !== null && !seen.near.has(index);

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
        drawAreas,
        drawLabels,
        toggleLeaves,
        setClose,
        lineStyle,
        accented,
        faded,
        labelText,
        isShort,
        groups,
        RIM,
      },
    }),
  );
});
