/** The second hop of the focus view: the other neighbors of a box that is open. */
allusion.define((allusion) => {
  'use strict';
  const { data } = allusion;
  const [FAR_WIDTH, FAR_STEP, FAR_HEIGHT, FAR_RUN, FAR_MOST] = [176, 40, 35, 44, 6];

  /** The other neighbors of an entity, the best supported first. @type {Allusion['secondHopOf']} */
  function secondHopOf(focus, entity) {
    const families = allusion.familiesFor(focus);
    const groups = new Map();
    for (const index of [...allusion.outgoing[entity], ...allusion.incoming[entity]]) {
      const edge = data.edges[index];
      const other = edge.from === entity ? edge.to : edge.from;
      if (other === focus || other === entity || !families.has(edge.family) || !allusion.passesFilters(index)) continue;
      groups.set(other, [...(groups.get(other) || []), index]);
    }
    /** @param {number[]} indices */
    const weight = (indices) => Math.max(...indices.map((index) => data.edges[index].sources)) + indices.length / 100;
    return [...groups].sort((one, two) => weight(two[1]) - weight(one[1]) || one[0] - two[0]);
  }

  /** Shift the picture to make room, and place the second hop of open boxes. @type {Allusion['addSecondHop']} */
  function addSecondHop(picture, open) {
    /** @param {string} side */
    const opened = (side) =>
      picture.blocks.some((block) => block.item && block.side === side && open.has(block.item.entity));
    const shift = opened('in') ? FAR_WIDTH + FAR_RUN : 0;
    picture.x += shift;
    picture.width += shift + (opened('out') ? FAR_WIDTH + FAR_RUN : 0);
    for (const block of picture.blocks) {
      block.x += shift;
      for (const line of block.strands) {
        line.start += shift;
        line.turn += shift;
        line.end += shift;
      }
      if (!block.item || !open.has(block.item.entity)) continue;
      const found = secondHopOf(picture.focus, block.item.entity).slice(0, FAR_MOST);
      const left = block.side === 'in';
      const edge = left ? block.x : block.x + block.width;
      const x = left ? edge - FAR_RUN - FAR_WIDTH : edge + FAR_RUN;
      const top = block.y + Math.floor((block.height - found.length * FAR_STEP + FAR_STEP - FAR_HEIGHT) / 2);
      block.beyond = found.map(([entity, edges], index) =>
        farBox(entity, edges, block, { left, edge, x, y: top + index * FAR_STEP }),
      );
    }
    return picture;
  }

  /**
   * @param {number} entity @param {number[]} edges @param {FocusBlock} block
   * @param {{ left: boolean, edge: number, x: number, y: number }} at @returns {SecondHopBox}
   */
  function farBox(entity, edges, block, { left, edge, x, y }) {
    const first = data.edges[edges[0]];
    const away = first.from === block.item?.entity;
    const name = allusion.nameOf(entity);
    const inner = left ? x + FAR_WIDTH : x;
    const middle = y + FAR_HEIGHT / 2;
    const from = block.y + block.height / 2;
    const half = (edge + inner) / 2;
    const words =
      edges.length > 1
        ? `${away ? '→' : '←'} ${edges.length} connections`
        : `${away ? '→' : '←'} ${first.phrase || first.kindLabel}`;
    const tip = away ? `M${inner} ${middle}l${left ? 7 : -7} -3.5v7Z` : `M${edge} ${from}l${left ? -7 : 7} -3.5v7Z`;
    return {
      entity,
      edges,
      x,
      y,
      width: FAR_WIDTH,
      height: FAR_HEIGHT,
      lang: name.lang,
      wire: `M${edge} ${from}C${half} ${from} ${half} ${middle} ${inner} ${middle}`,
      head: allusion.isSymmetric(edges) ? '' : tip,
      words: allusion.truncate(allusion.cleanText(words), 11, FAR_WIDTH - 34),
      name: allusion.truncate(allusion.cleanText(name.text), 12, FAR_WIDTH - 36, true),
    };
  }

  /** The height of an open box. @type {Allusion['secondHopHeight']} */
  function secondHopHeight(focus, entity) {
    return Math.min(FAR_MOST, secondHopOf(focus, entity).length) * FAR_STEP + 6;
  }

  /** @type {Allusion['toggleSecondHop']} */
  function toggleSecondHop(entity) {
    const open = new Set(allusion.state().open);
    if (open.has(entity)) open.delete(entity);
    else open.add(entity);
    allusion.navigate({ open });
  }

  Object.assign(
    allusion,
    /** @satisfies {Partial<Allusion>} */ ({ secondHopOf, secondHopHeight, addSecondHop, toggleSecondHop }),
  );
});
