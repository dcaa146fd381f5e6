/** The comparison of two entities: common targets, entities that point to both, and edges between them. */
allusion.define((allusion) => {
  'use strict';
  const { data, el, svg, byId, countOf } = allusion;
  const body = byId('compare-body');
  const [PAD, STEP, GAP, FAN, NARROW, OFFERED] = [14, 15, 14, 56, 760, 6];
  const GROUPS = [
    ['both', 'Both point to'],
    ['to', 'Point to both'],
    ['other', 'Between them'],
  ];

  /** @typedef {{ entity: number, one: number[], other: number[] }} Shared Edges from an entity to each of the two. */

  function allowed() {
    const families = allusion.familiesInView();
    return (/** @type {number} */ index) => families.has(data.edges[index].family) && allusion.passesFilters(index);
  }

  /** The edges at an entity by neighbor. @param {number} index @param {(edge: number) => boolean} allow */
  function around(index, allow) {
    /** @type {Map<number, number[]>} */
    const found = new Map();
    for (const edge of [...allusion.outgoing[index], ...allusion.incoming[index]]) {
      const other = data.edges[edge].from === index ? data.edges[edge].to : data.edges[edge].from;
      if (other !== index && allow(edge)) found.set(other, [...(found.get(other) || []), edge]);
    }
    return found;
  }

  /** @param {State} state */
  function compared({ focus, to }) {
    /** @type {Shared[]} */
    const shared = [];
    if (to < 0 || to === focus) return { shared, direct: [] };
    const allow = allowed();
    const [one, other] = [around(focus, allow), around(to, allow)];
    for (const [entity, edges] of one) {
      const others = other.get(entity);
      if (others) shared.push({ entity, one: edges, other: others });
    }
    return { shared: shared.sort((a, b) => a.entity - b.entity), direct: one.get(to) || [] };
  }

  /** @param {Shared} item */
  function groupOf({ entity, one, other }) {
    const edges = [one, other];
    if (edges.every((some) => some.some((edge) => data.edges[edge].to === entity))) return 'both';
    return edges.every((some) => some.some((edge) => data.edges[edge].from === entity)) ? 'to' : 'other';
  }

  /** @param {State} state */
  const edgesOf = (state) => {
    const { shared, direct } = compared(state);
    return [...new Set([...direct, ...shared.flatMap(({ one, other }) => [...one, ...other])])];
  };

  /** Entities of the same kind that share most with another one. @param {number} index */
  function alike(index) {
    const allow = allowed();
    /** @type {Map<number, number>} */
    const counts = new Map();
    for (const neighbor of around(index, allow).keys())
      for (const other of around(neighbor, allow).keys())
        if (other !== index && data.entities[other].kind === data.entities[index].kind)
          counts.set(other, (counts.get(other) || 0) + 1);
    return [...counts].sort((one, other) => other[1] - one[1] || one[0] - other[0]).slice(0, OFFERED);
  }

  /** The lines of the edges between a shared entity and one of the two. @param {number[]} edges */
  const labels = (edges) => edges.slice(0, 3).map((edge) => ({ edge, lines: allusion.plainLabelOf(edge)[1] }));
  /** @param {number[]} edges */
  const labelsHeight = (edges) => labels(edges).reduce((sum, { lines }) => sum + STEP * lines.length + 9, 0);

  /** @param {State} state */
  function picture(state, { shared } = compared(state)) {
    if (!shared.length) return null;
    const room = Math.max(280, body.clientWidth - 40);
    return room < NARROW ? upright(state, shared, room) : across(state, shared);
  }

  /** @param {number} edge @param {number} entity */
  const strand = (edge, entity) => ({
    class: `strand ${data.edges[edge].family}`,
    'data-edges': edge,
    click: () => allusion.navigate({ shown: entity, edge }),
  });

  /** @param {Shared} item */
  const spoken = ({ entity, one, other }) => allusion.boxAriaLabel(entity, [...one, ...other]);

  /** Both cards at the sides, what they share in the middle. @param {State} state @param {Shared[]} shared */
  function across(state, shared) {
    const ends = [state.focus, state.to].map((index) => ({ index, card: allusion.cardOf(index, 180) }));
    const boxes = Math.max(...shared.map(({ entity }) => allusion.boxOf(entity)[0]));
    const runs = ['one', 'other'].map(
      (side) =>
        26 +
        Math.max(
          ...shared.flatMap((item) =>
            labels(item[/** @type {'one' | 'other'} */ (side)]).map(({ edge }) => allusion.plainLabelOf(edge)[0]),
          ),
        ),
    );
    const left = PAD + ends[0].card[0] + FAN + runs[0];
    const right = left + boxes;
    const far = right + runs[1] + FAN;
    const width = far + ends[1].card[0] + PAD;
    /** @type {Child[]} */ const drawn = [];
    /** @type {{ item: Shared, y: number, height: number }[]} */ const rows = [];
    let y = PAD;
    for (const [group, caption] of GROUPS) {
      const items = shared.filter((item) => groupOf(item) === group);
      if (!items.length) continue;
      y += 12;
      drawn.push(svg('text', { class: 'caption', x: (left + right) / 2, y, 'text-anchor': 'middle' }, caption));
      y += 12;
      for (const item of items) {
        const height = Math.max(
          allusion.boxOf(item.entity)[1],
          labelsHeight(item.one) + 6,
          labelsHeight(item.other) + 6,
        );
        rows.push({ item, y, height });
        y += height + GAP;
      }
    }
    const tallest = Math.max(...ends.map(({ card }) => card[1]));
    const height = Math.max(y + PAD - GAP, tallest + 2 * PAD);
    const middle = Math.min(height / 2, Math.max(tallest / 2 + PAD, 260));
    for (const [number, { index: entityIndex, card }] of ends.entries()) {
      const x = number ? far : PAD;
      const inner = number ? x : x + card[0];
      const edge = number ? right : left;
      const bend = number ? far - FAN : PAD + card[0] + FAN;
      const all = rows.flatMap(({ item, y: top, height: high }) => {
        const edges = number ? item.other : item.one;
        let level = top + (high - labelsHeight(edges)) / 2;
        return labels(edges).map(({ edge: one, lines }) => {
          level += STEP * lines.length + 9;
          return { item, one, lines, level: level - 6 };
        });
      });
      const spread = Math.min(card[1] - 24, 16 * (all.length - 1));
      all.forEach(({ item, one, lines, level }, index) => {
        const port = middle - spread / 2 + (spread * index) / Math.max(1, all.length - 1);
        const outwards = data.edges[one].from === entityIndex;
        const arrow = allusion.isSymmetric([one]) ? 0 : 8;
        const sign = number ? -1 : 1;
        const [start, end] = [inner + (outwards ? 0 : sign * arrow), edge - (outwards ? sign * arrow : 0)];
        const reach = (inner + bend) / 2;
        const tip = outwards ? [edge, level, -sign] : [inner, port, sign];
        drawn.push(
          svg(
            'g',
            strand(one, item.entity),
            allusion.wire(`M${start} ${port}C${reach} ${port} ${reach} ${level} ${bend} ${level}H${end}`, one),
            arrow > 0 && allusion.arrowhead(`M${tip[0]} ${tip[1]}l${8 * tip[2]} -4v8Z`, [one]),
            allusion.doubtMark(bend, level, [one]),
            lines.map((words, line) =>
              svg(
                'text',
                {
                  class: 'words',
                  x: edge - sign * 14,
                  y: level - 6 - STEP * (lines.length - 1 - line),
                  'text-anchor': number ? '' : 'end',
                },
                words,
              ),
            ),
          ),
        );
      });
      drawn.push(cardGroup(entityIndex, card, x, middle - card[1] / 2));
    }
    for (const { item, y: top, height: high } of rows)
      drawn.push(allusion.entityBox(item.entity, left, top, boxes, high, spoken(item)));
    return root(state, width, height, drawn);
  }

  /** @param {number} index @param {TextBox} card @param {number} x @param {number} y */
  const cardGroup = (index, card, x, y) =>
    svg(
      'g',
      { class: 'card', ...allusion.interactiveAttributes(index, allusion.boxText(card)) },
      svg('rect', { class: 'frame', x, y, width: card[0], height: card[1], rx: 10 }),
      allusion.kindShape(data.entities[index].kind, x + card[0] / 2, y + 26),
      allusion.textRows(card, x + card[0] / 2, y, 'middle'),
    );

  /**
   * One column: each shared entity with a sentence for each edge.
   * @param {State} state @param {Shared[]} shared @param {number} width
   */
  function upright(state, shared, width) {
    /** @type {Child[]} */ const drawn = [];
    let y = PAD;
    for (const [group, caption] of GROUPS) {
      const items = shared.filter((item) => groupOf(item) === group);
      if (!items.length) continue;
      y += 12;
      drawn.push(svg('text', { class: 'caption', x: PAD, y }, caption));
      y += 10;
      for (const item of items) {
        const { entity, one, other } = item;
        const [, high] = allusion.boxOf(entity);
        drawn.push(allusion.entityBox(entity, PAD, y, width - 2 * PAD, high, spoken(item)));
        y += high + 4;
        for (const edge of [...one.slice(0, 3), ...other.slice(0, 3)]) {
          const lines = allusion.wrapText(allusion.sentenceOf(data.edges[edge]), 12, width - 3 * PAD - 38, 3);
          drawn.push(
            svg(
              'g',
              strand(edge, entity),
              allusion.wire(`M${PAD} ${y + 11}h28`, edge),
              allusion.arrowhead(`M${PAD + 36} ${y + 11}l-8 -4v8Z`, [edge]),
              allusion.doubtMark(PAD + 14, y + 11, [edge]),
              lines.map((words, line) => svg('text', { class: 'words', x: PAD + 44, y: y + 15 + STEP * line }, words)),
            ),
          );
          y += STEP * lines.length + 5;
        }
        y += GAP;
      }
    }
    return root(state, width, y + PAD, drawn);
  }

  /** @param {State} state @param {number} width @param {number} height @param {Child[]} drawn */
  const root = (state, width, height, drawn) =>
    svg(
      'svg',
      {
        class: 'picture compare',
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        role: 'group',
        lang: 'en',
        'aria-label': `${allusion.nameOf(state.focus).text} and ${allusion.nameOf(state.to).text} compared`,
      },
      svg('rect', { class: 'paper', width, height }),
      drawn,
    );

  /** @param {State} state */
  function draw(state) {
    allusion.drawEnds(state);
    if (state.list) return;
    const found = compared(state);
    const { shared, direct } = found;
    const drawing = picture(state, found);
    body.replaceChildren(
      ...[
        state.to < 0 && offered(state.focus),
        state.to >= 0 &&
          el(
            'p',
            { class: 'lead' },
            shared.length
              ? `${countOf(shared.length, 'entity is', 'entities are')} connected to both.`
              : 'No visible entity is connected to both. Switch on credits, or choose another work.',
          ),
        drawing && el('div', { class: 'scroll' }, drawing),
        direct.length > 0 &&
          el(
            'section',
            { class: 'path-text' },
            el('h2', {}, 'From one to the other'),
            el(
              'ul',
              { class: 'connections' },
              direct.map((edge) => allusion.connectionItem(edge, state.focus, false)),
            ),
          ),
      ].filter(Boolean),
    );
    if (!drawing) return;
    allusion.enableArrowKeys(drawing);
    allusion.markSelection(drawing, state);
  }

  /** @param {number} focus */
  function offered(focus) {
    const found = alike(focus);
    return el(
      'div',
      {},
      el(
        'p',
        { class: 'empty' },
        found.length ? 'Choose a second entity, or one of those with the most in common:' : 'Choose a second entity.',
      ),
      el(
        'ul',
        { class: 'offers' },
        found.map(([index, count]) =>
          el(
            'li',
            {},
            el(
              'button',
              { type: 'button', class: 'entity', click: () => allusion.navigate({ to: index }) },
              allusion.nameElement(index),
            ),
            ` ${countOf(count, 'entity', 'entities')} in common`,
          ),
        ),
      ),
    );
  }

  let last = 0;
  new ResizeObserver(() => {
    const state = allusion.state();
    if (state.view !== 'compare' || state.list || body.clientWidth === last) return;
    last = body.clientWidth;
    draw(state);
  }).observe(body);

  allusion.views.compare = {
    draw,
    edges: edgesOf,
    offers: ({ focus }) => [offered(focus)],
    all: (state) => [
      ...new Set(
        [state.focus, state.to]
          .filter((index) => index >= 0)
          .flatMap((index) => [...allusion.outgoing[index], ...allusion.incoming[index]]),
      ),
    ],
    // The drawing is stale while the list is shown; a saved one is wide.
    picture: () => {
      const state = allusion.state();
      if (!state.list) return body.querySelector('svg.picture') || picture(state);
      const { shared } = compared(state);
      return shared.length ? across(state, shared) : null;
    },
    groups: (state) => {
      const { shared, direct } = compared(state);
      return [
        ...GROUPS.map(([group, caption]) => ({
          caption,
          rows: shared
            .filter((item) => groupOf(item) === group)
            .flatMap(({ one, other }) => [...one, ...other].map((edge) => [edge, -1])),
        })),
        { caption: 'From one to the other', rows: direct.map((edge) => [edge, -1]) },
      ];
    },
  };
});
