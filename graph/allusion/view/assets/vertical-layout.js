/**
 * Paths and scenes from top to bottom, for narrow windows: labels are beside the lines, targets are indented.
 */
allusion.define((allusion) => {
  'use strict';
  const { data, svg } = allusion;
  const [PAD, STEP, INDENT, WIRE] = [12, 15, 24, 16];
  const LEAST = 0.86;

  /**
   * A column that grows downwards, in reading order.
   * @param {number} width @param {string} label
   */
  function column(width, label) {
    /** @type {Child[]} */
    const parts = [];
    let y = PAD;
    /** @param {number} level */
    const left = (level) => PAD + INDENT * level;
    /** @param {number} index @param {number} level @param {number[]} by */
    function box(index, level, by = []) {
      const [wide, high] = allusion.boxOf(index);
      parts.push(allusion.entityBox(index, left(level), y, wide, high, allusion.boxAriaLabel(index, by)));
      y += high;
    }

    /** @param {Edge} edge @param {number[]} edges @param {number} to @param {Child[]} drawn */
    function strand(edge, edges, to, ...drawn) {
      return svg(
        'g',
        {
          class: `strand ${edge.family}`,
          'data-edges': edges.join(' '),
          click: () => allusion.navigate({ shown: to, edge: edges[0] }),
        },
        drawn,
      );
    }

    /** The line from one box to the next, with its label. @param {Hop} hop */
    function hop({ from, to, edges }) {
      const edge = data.edges[edges[0]];
      const words = allusion.labelRows(allusion.labelOf(edges[0]));
      const more = edges.length > 1 ? `and ${edges.length - 1} more` : '';
      const [x, top] = [PAD + WIRE, y];
      const end = top + STEP * (words.length + (more ? 1 : 0)) + 24;
      const forwards = edge.from === from;
      const arrow = allusion.isSymmetric([edges[0]]) ? 0 : 8;
      parts.push(
        strand(
          edge,
          edges,
          to,
          allusion.wire(`M${x} ${top + (forwards ? 0 : arrow)}V${end - (forwards ? arrow : 0)}`, edges[0]),
          arrow > 0 && allusion.arrowhead(forwards ? `M${x} ${end}l-4 -8h8Z` : `M${x} ${top}l-4 8h8Z`, [edges[0]]),
          allusion.doubtMark(x, (top + end) / 2, [edges[0]]),
          words.map(([line, role], index) => svg('text', { class: role, x: x + 20, y: top + 23 + STEP * index }, line)),
          more && svg('text', { class: 'sub', x: x + 20, y: top + 23 + STEP * words.length }, more),
        ),
      );
      y = end;
    }

    /** A plain line downwards. @param {number} high */
    function wire(high) {
      parts.push(svg('path', { class: 'wire', d: `M${PAD + WIRE} ${y}v${high}`, 'stroke-width': 1.25 }));
      y += high;
    }

    /**
     * A balloon with the text of a speech.
     * @param {Balloon} speech
     */
    function balloon({ rows, width: needed, height }) {
      const wide = Math.min(width - 2 * PAD, needed);
      parts.push(svg('rect', { class: 'balloon', x: PAD, y, width: wide, height, rx: 10 }));
      for (const { role, words, lang, baseline } of rows)
        parts.push(svg('text', { class: role, lang, x: PAD + 13, y: y + baseline }, words));
      y += height;
    }

    /**
     * A target, indented; `from` is the y where its line begins.
     * @param {number[]} edges
     * @param {number} to
     * @param {string[]} words
     * @param {number} level
     * @param {number} from
     */
    function branch(edges, to, words, level, from) {
      const edge = data.edges[edges[0]];
      const x = left(level - 1) + WIRE;
      const top = y + 10;
      y = top + STEP * words.length + 6;
      const middle = y + allusion.boxOf(to)[1] / 2;
      const role = level > 1 ? 'sub' : 'words';
      parts.push(
        strand(
          edge,
          edges,
          to,
          allusion.wire(
            `M${x} ${from}V${middle - 6}q0 6 ${left(level) - x > 12 ? 6 : 2} 6H${left(level) - (level > 1 ? 0 : 8)}`,
            edges[0],
            level > 1 ? 1.25 : undefined,
          ),
          level < 2 && allusion.arrowhead(`M${left(level)} ${middle}l-8 -4v8Z`, [edges[0]]),
          level < 2 && allusion.doubtMark(x, middle - 16, [edges[0]]),
          words.map((line, index) =>
            svg('text', { class: role, x: left(level) + 4, y: top + 11 + STEP * index }, line),
          ),
        ),
      );
      box(to, level, [edges[0]]);
    }

    /** A line of small text below an indented target. @param {string} words @param {number} level */
    function note(words, level) {
      y += STEP;
      parts.push(svg('text', { class: 'sub', x: left(level) + 4, y: y + 2 }, words));
    }

    return {
      box,
      note,
      hop,
      wire,
      balloon,
      branch,
      at: () => y,
      gap: (/** @type {number} */ high) => {
        y += high;
      },
      drawn: (/** @type {string} */ role) =>
        svg(
          'svg',
          {
            class: `picture ${role}`,
            viewBox: `0 0 ${width} ${y + PAD}`,
            width,
            height: y + PAD,
            role: 'group',
            'aria-label': label,
            lang: 'en',
          },
          svg('rect', { class: 'paper', width, height: y + PAD }),
          parts,
        ),
    };
  }

  /**
   * The width of a vertical drawing, if a horizontal one would be illegible: in a narrow window, or if it would
   * have to be too small. 0 otherwise.
   * @param {Element | null} across @param {number} room
   */
  function verticalWidth(across, room) {
    if (allusion.narrow.matches) return Math.max(280, room);
    const wide = across ? Number(across.getAttribute('width')) : 0;
    return room > 0 && wide * LEAST > room ? Math.min(560, room) : 0;
  }

  /** A path from top to bottom. @param {Hop[]} path @param {number} width @param {string} label */
  function drawVerticalPath(path, width, label) {
    const made = column(width, label);
    made.box(path[0].from, 0);
    for (const hop of path) {
      made.hop(hop);
      made.box(hop.to, 0);
    }
    return made.drawn('path upright');
  }

  /** A scene from top to bottom. @param {SpeechGroup[]} groups @param {Map<number, any[]>} far @param {number} width */
  function drawVerticalScene(groups, far, width) {
    const made = column(width, 'The scene as a drawing; the text below has the same content');
    const seen = new Set();
    for (const [number, group] of groups.entries()) {
      if (number) made.gap(18);
      if (group.speaker >= 0) {
        made.box(group.speaker, 0);
        made.wire(12);
      }
      made.balloon(group.balloon);
      if (group.teller >= 0) {
        made.wire(12);
        made.box(group.teller, 0);
      }
      const from = made.at();
      for (const edge of group.edges) {
        const { to } = data.edges[edge];
        made.branch([edge], to, allusion.plainLabelOf(edge)[1], 1, from);
        const below = made.at();
        for (const one of seen.has(to) ? [] : far.get(to) || [])
          made.branch(
            [one.edge],
            one.entity,
            allusion.wrapText(allusion.relatedText(one), 11, width - 90, 2),
            2,
            below,
          );
        seen.add(to);
      }
    }
    return made.drawn('scene upright');
  }

  Object.assign(
    allusion,
    /** @satisfies {Partial<Allusion>} */ ({
      drawVerticalPath,
      drawVerticalScene,
      uprightColumn: column,
      verticalWidth,
    }),
  );
});
