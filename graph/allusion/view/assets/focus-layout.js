/**
 * The layout of the focus view, in whole pixels. Python has the same layout for the static picture (layout/focus.py,
 * which explains it); a browser test compares both.
 */
allusion.define((allusion) => {
  'use strict';
  const { data, outgoing, incoming } = allusion;
  const MARGIN = 16;
  const CAPTION = 34;
  const GAP = 10;
  const MOST_STRANDS = 3;
  const LABEL_STEP = 15;
  const STRAND_PAD = 9;
  const RUN_PAD = 26;
  const MORE_WIDTH = 110;
  const MORE_HEIGHT = 30;
  const [FOLD_STEP, FOLD_WIDTH] = [20, 184];
  const [FEWEST, MOST_FOLDS] = [24, 12];

  /** @param {number} value */
  const half = (value) => Math.floor(value / 2);
  /** @param {number[]} values */
  const sum = (values) => values.reduce((total, value) => total + value, 0);

  /**
   * The neighbors of the focus: first its targets, then the others, each side oldest first.
   * @type {Allusion['neighborsOf']}
   */
  function neighborsOf(focus, wanted) {
    return ['out', 'in'].flatMap((side) => {
      /** @type {Map<number, number[]>} */
      const groups = new Map();
      for (const index of side === 'out' ? outgoing[focus] : incoming[focus]) {
        const edge = data.edges[index];
        const other = side === 'out' ? edge.to : edge.from;
        if (!wanted(index)) continue;
        groups.set(other, [...(groups.get(other) || []), index]);
      }
      return [...groups]
        .sort(([one], [other]) => one - other)
        .map(([entity, edges]) => ({ entity, side, strands: strands(edges) }));
    });
  }

  /** @param {number[]} edges */
  function strands(edges) {
    /** @param {number[]} indices */
    const alike = (indices) => ({
      family: data.edges[indices[0]].family,
      edges: indices,
      label: allusion.countedLabel(allusion.labelOf(indices[0]), indices.length),
    });
    /** @param {number} index */
    const single = (index) => alike([index]);
    const byWords = group(edges, (edge, index) => JSON.stringify([edge.family, allusion.labelOf(index)]));
    if (byWords.size <= MOST_STRANDS) return [...byWords.values()].map(alike);
    const byKind = group(edges, (edge) => `${edge.family} ${edge.kind || ''}`);
    if (byKind.size <= MOST_STRANDS) {
      return [...byKind.values()].map((indices) =>
        indices.length === 1 ? single(indices[0]) : bundle(indices, allusion.kindLabel(data.edges[indices[0]])),
      );
    }
    return [...group(edges, (edge) => edge.family)].map(([family, indices]) =>
      indices.length === 1 ? single(indices[0]) : bundle(indices, data.families[family].many),
    );
  }

  /** @param {number[]} edges @param {string} words */
  function bundle(edges, words) {
    return { family: data.edges[edges[0]].family, edges, label: allusion.bundleLabel(words, edges.length) };
  }

  /** @param {number[]} edges @param {(edge: Edge, index: number) => string} key */
  function group(edges, key) {
    /** @type {Map<string, number[]>} */
    const groups = new Map();
    for (const index of edges) {
      const name = key(data.edges[index], index);
      groups.set(name, [...(groups.get(name) || []), index]);
    }
    return groups;
  }

  /** @param {Neighbor} item */
  const boxOf = (item) => allusion.boxOf(item.entity);
  /** @type {Allusion['bundleSources']} */
  const bundleSources = (strand) => Math.max(...strand.edges.map((index) => data.edges[index].sources));
  /** @param {EdgeBundle} strand */
  const strandHeight = (strand) => LABEL_STEP * allusion.labelRows(strand.label).length + STRAND_PAD;
  /** @param {Neighbor} item */
  const strandsHeight = (item) => sum(item.strands.map(strandHeight));
  /** An opened box has room for its second hop. @param {Neighbor} item */
  const blockHeight = (item) => Math.max(boxOf(item)[1], strandsHeight(item) + 8, item.opened || 0);
  /** @param {Neighbor[]} items */
  const count = (items) => sum(items.map((item) => item.strands.length));

  /**
   * Neighbors left out, counted by decade, or by year within one decade (as in decade_counts.py).
   * @param {number[]} indices @returns {DecadeCount[]}
   */
  function folds(indices) {
    const years = indices.map((index) => data.entities[index].year);
    if (years.length < FEWEST) return [];
    const dated = /** @type {number[]} */ (years.filter((year) => year !== undefined)).sort(
      (one, other) => one - other,
    );
    const step = dated.length && dated[dated.length - 1] - dated[0] < 10 ? 1 : 10;
    /** @type {Map<number, number>} */
    const counts = new Map();
    for (const year of dated) {
      const start = Math.floor(year / step) * step;
      counts.set(start, (counts.get(start) || 0) + 1);
    }
    const starts = [...counts.keys()];
    const early = starts.splice(0, Math.max(0, starts.length - MOST_FOLDS));
    /** @type {DecadeCount[]} */
    const found = starts.map((start) => ({
      words: `${start}${step > 1 ? 's' : ''} · ${counts.get(start)}`,
      years: [start, start + step - 1],
    }));
    if (early.length) {
      const until = early[early.length - 1] + step - 1;
      found.unshift({
        words: `until ${until} · ${sum(early.map((start) => counts.get(start) || 0))}`,
        years: [dated[0], until],
      });
    }
    if (dated.length < years.length) found.push({ words: `no year · ${years.length - dated.length}`, years: null });
    return found;
  }

  /** @type {Allusion['decadeCounts']} */
  const decadeCounts = (rest) => folds(rest.map((item) => item.entity));
  /** @type {Allusion['overflowHeight']} */
  const overflowHeight = (rest) => MORE_HEIGHT + FOLD_STEP * Math.floor((decadeCounts(rest).length + 1) / 2);
  /** @param {Neighbor[]} rest */
  const restWidth = (rest) => (!rest.length ? 0 : decadeCounts(rest).length ? FOLD_WIDTH : MORE_WIDTH);

  /** @param {Neighbor[]} items @param {Neighbor[]} rest */
  function columnHeight(items, rest) {
    const heights = [...items.map(blockHeight), ...(rest.length ? [overflowHeight(rest)] : [])];
    return sum(heights) + GAP * Math.max(0, heights.length - 1);
  }

  /** @param {Neighbor[]} items @param {Neighbor[]} rest @param {number} height */
  function widths(items, rest, height) {
    if (!items.length) return [0, 0, 0];
    const boxes = Math.max(...items.map((item) => boxOf(item)[0]), restWidth(rest));
    const labels = Math.max(...items.flatMap((item) => item.strands.map((strand) => strand.label[0])));
    return [boxes, labels + RUN_PAD, Math.min(allusion.curveLimit(), Math.max(56, Math.floor(height / 8)))];
  }

  /**
   * The `usual` best connected neighbors (half as many of a hub) and the others, both in their order.
   * @type {Allusion['splitByRank']}
   */
  function splitByRank(items, usual) {
    if (items.length <= usual) return [items, []];
    const most = items.length - usual >= FEWEST ? Math.floor((usual + 1) / 2) : usual;
    const weight = items.map((item, index) => [
      item.strands.length,
      Math.max(...item.strands.map(bundleSources)),
      allusion.degree(item.entity),
      index,
    ]);
    weight.sort((one, other) => other[0] - one[0] || other[1] - one[1] || other[2] - one[2] || one[3] - other[3]);
    const kept = new Set(weight.slice(0, most).map((entry) => entry[3]));
    return [items.filter((_, index) => kept.has(index)), items.filter((_, index) => !kept.has(index))];
  }

  /** The whole picture. @type {Allusion['focusLayout']} */
  function focusLayout(focus, beside, most, reach, open = new Set()) {
    for (const item of beside) if (open.has(item.entity)) item.opened = allusion.secondHopHeight(focus, item.entity);
    const card = allusion.cardOf(focus);
    const [left, leftRest] = splitByRank(
      beside.filter((item) => item.side === 'in'),
      most,
    );
    const [right, rightRest] = splitByRank(
      beside.filter((item) => item.side === 'out'),
      most,
    );
    const leftHeight = columnHeight(left, leftRest);
    const rightHeight = columnHeight(right, rightRest);
    const cardHeight = Math.max(card[1], Math.max(count(left), count(right)) * 7 + 24);
    const height = 2 * MARGIN + CAPTION + Math.max(cardHeight, leftHeight, rightHeight);
    const [leftBox, leftRun, leftFan] = widths(left, leftRest, leftHeight);
    const [rightBox, rightRun, rightFan] = widths(right, rightRest, rightHeight);
    const x = MARGIN + leftBox + leftRun + leftFan;
    const width = x + card[0] + rightFan + rightRun + rightBox + MARGIN;
    const top = MARGIN + CAPTION;
    const middle = Math.min(top + half(height - top - MARGIN), Math.max(reach, top + half(cardHeight)));
    const y = middle - half(cardHeight);
    const leftY = Math.max(top, middle - half(leftHeight));
    const rightY = Math.max(top, middle - half(rightHeight));
    const rightX = width - MARGIN - rightBox;
    const start = x + card[0];
    const blocks = [
      ...column(right, rightRest, {
        side: 'out',
        x: rightX,
        y: rightY,
        width: rightBox,
        middle,
        ports: cardHeight - 24,
        start,
        turn: start + rightFan,
        end: rightX,
      }),
      ...column(left, leftRest, {
        side: 'in',
        x: MARGIN,
        y: leftY,
        width: leftBox,
        middle,
        ports: cardHeight - 24,
        start: x,
        turn: x - leftFan,
        end: MARGIN + leftBox,
      }),
    ];
    return { focus, card, x, y, width, height, cardHeight, blocks };
  }

  /** @param {Neighbor[]} items @param {Neighbor[]} rest @param {any} frame */
  function column(items, rest, frame) {
    const total = count(items);
    const spread = Math.min(16 * (total - 1), frame.ports);
    let { y } = frame;
    let index = 0;
    /** @type {FocusBlock[]} */
    const placed = items.map((item) => {
      const height = blockHeight(item);
      let row = y + half(height - strandsHeight(item));
      const lines = item.strands.map((strand) => {
        const port = frame.middle - half(spread) + Math.floor((spread * index) / Math.max(1, total - 1));
        const level = row + LABEL_STEP * allusion.labelRows(strand.label).length + 3;
        row += strandHeight(strand);
        index += 1;
        return { strand, port, y: level, start: frame.start, turn: frame.turn, end: frame.end };
      });
      const block = { item, side: frame.side, x: frame.x, y, width: frame.width, height, strands: lines, more: 0 };
      y += height + GAP;
      return block;
    });
    if (rest.length) {
      placed.push({
        item: null,
        side: frame.side,
        x: frame.x,
        y,
        width: frame.width,
        height: overflowHeight(rest),
        strands: [],
        more: rest.length,
        folds: decadeCounts(rest),
      });
    }
    return placed;
  }

  Object.assign(
    allusion,
    /** @satisfies {Partial<Allusion>} */ ({
      neighborsOf,
      focusLayout,
      bundleSources,
      splitByRank,
      decadeCounts,
      overflowHeight,
    }),
  );
});
