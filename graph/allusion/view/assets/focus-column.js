/** The focus view in a narrow window: one column instead of three. */
allusion.define((allusion) => {
  'use strict';
  const { svg } = allusion;
  const [STEP, GAP] = [15, 14];

  /**
   * @typedef {{
   *   caption?: string, more?: number, folds?: DecadeCount[], y: number, side?: string, height?: number,
   *   item?: Neighbor, lines?: { strand: EdgeBundle, y: number }[],
   * }} Row A caption, a neighbor with its edges, or the number of those left out.
   */

  /** One column: the focus, its targets, then the entities that point to it. @type {Allusion['columnLayout']} */
  function columnLayout(focus, beside, most, width) {
    const card = allusion.cardOf(focus, width - 60);
    const inner = width - 44;
    /** @type {Row[]} */
    const rows = [];
    let y = 12 + card[1] + 18;
    for (const side of ['out', 'in']) {
      const items = beside.filter((item) => item.side === side);
      if (!items.length) continue;
      rows.push({ caption: side, y: y + 12 });
      y += 28;
      const [shown, rest] = allusion.splitByRank(items, most);
      for (const item of shown) {
        const lines = item.strands.map((strand) => {
          const high = STEP * allusion.labelRows(strand.label).length;
          const line = { strand, y: y + high - 3 };
          y += high + 5;
          return line;
        });
        const height = allusion.boxOf(item.entity)[1];
        rows.push({ item, side, lines, y, height });
        y += height + GAP;
      }
      if (rest.length) {
        rows.push({ more: rest.length, folds: allusion.decadeCounts(rest), y });
        y += allusion.overflowHeight(rest) + 6;
      }
      y += 8;
    }
    const picture = {
      focus,
      card,
      x: Math.floor((width - card[0]) / 2),
      y: 12,
      width,
      height: y + 8,
      cardHeight: card[1],
      blocks: [],
    };
    return { ...picture, draw: (use) => rows.map((row) => drawRow(row, inner, use)) };
  }

  /**
   * The lines of the edges run along the left side of the column; the arrowhead is at the target.
   * @param {Row} row @param {number} inner @param {FocusParts} use @returns {Child}
   */
  function drawRow(row, inner, use) {
    if (row.caption)
      return svg(
        'text',
        { class: 'caption', x: 12, y: row.y },
        row.caption === 'out' ? 'Points to, oldest first, undated last' : 'Pointed to by, oldest first, undated last',
      );
    if (row.more) return use.more({ x: 20, y: row.y, folds: row.folds }, `and ${row.more} more`);
    const { item, height = 0, lines = [] } = row;
    if (!item) return null;
    const middle = row.y + height / 2;
    const out = row.side === 'out';
    return [
      lines.map(({ strand, y }, index) =>
        svg(
          'g',
          use.strandUse(strand, item.entity),
          allusion.wire(
            `M${12 + index * 4} ${y - 6}V${middle - 6}q0 6 6 6H${out ? 24 : 32}`,
            strand.edges[0],
            allusion.lineWidth(allusion.bundleSources(strand)),
          ),
          !allusion.isSymmetric(strand.edges) &&
            allusion.arrowhead(out ? `M32 ${middle}l-8 -4v8Z` : `M${12 + index * 4} ${y - 14}l-4 8h8Z`, strand.edges),
          allusion.doubtMark(12 + index * 4, (y - 8 + middle) / 2, strand.edges),
          allusion
            .labelRows(strand.label)
            .map(([words, role], line, all) =>
              svg('text', { class: role, x: 34, y: y - STEP * (all.length - 1 - line) }, words),
            ),
        ),
      ),
      allusion.entityBox(item.entity, 32, row.y, inner, height, use.spoken(item)),
    ];
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ columnLayout }));
});
