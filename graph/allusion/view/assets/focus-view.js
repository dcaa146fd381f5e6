/**
 * The focus view: draws the focus layout, element for element as svg/focus.py does, and handles pointer and keyboard.
 */
allusion.define((allusion) => {
  'use strict';
  const { data, svg, byId, kindShape } = allusion;
  const ARROW = 8;
  const LABEL_STEP = 15;
  const MANY = 60;
  const CAPTIONS = [
    ['out', 'What it points to, oldest first, undated last'],
    ['in', 'What points to it, oldest first, undated last'],
  ];
  const stage = byId('stage');
  let drawn = '';
  let scale = 0;
  /** @type {FocusPicture} */
  let picture;

  /** @param {PlacedBundle} line */
  function bundlePath(line) {
    const outwards = line.end > line.start;
    const arrow = allusion.isSymmetric(line.strand.edges) ? 0 : ARROW;
    const start = line.start - (outwards ? 0 : arrow);
    const end = line.end - (outwards ? arrow : 0);
    const reach = Math.floor(((line.turn - line.start) * 6) / 10);
    const curve = `${line.start + reach} ${line.port} ${line.turn - reach} ${line.y} ${line.turn} ${line.y}`;
    return `M${start} ${line.port}C${curve}H${end}`;
  }

  /** @param {PlacedBundle} line @param {FocusBlock} block */
  function strandGroup(line, block) {
    const { strand } = line;
    const outwards = block.side === 'out';
    const [x, y] = outwards ? [line.end, line.y] : [line.start, line.port];
    const textX = outwards ? line.end - 14 : line.end + 12;
    const rows = allusion.labelRows(strand.label);
    return svg(
      'g',
      strandUse(strand, block.item ? block.item.entity : picture.focus),
      allusion.wire(bundlePath(line), strand.edges[0], allusion.lineWidth(allusion.bundleSources(strand))),
      !allusion.isSymmetric(strand.edges) && allusion.arrowhead(`M${x} ${y}l-${ARROW} -4v8Z`, strand.edges),
      allusion.doubtMark(line.turn, line.y, strand.edges),
      rows.map(([words, role], index) =>
        svg(
          'text',
          {
            class: role,
            x: textX,
            y: line.y - 6 - LABEL_STEP * (rows.length - 1 - index),
            'text-anchor': outwards ? 'end' : '',
          },
          words,
        ),
      ),
    );
  }

  /**
   * A click on a line opens its connection in the panel; the tooltip has its sentences.
   * @param {EdgeBundle} strand
   * @param {number} entity
   */
  function strandUse(strand, entity) {
    return {
      class: `strand ${strand.family}`,
      'data-entity': entity,
      'data-edges': strand.edges.join(' '),
      click: () => allusion.navigate({ shown: entity, edge: strand.edges[0] }),
      pointermove: (/** @type {PointerEvent} */ event) =>
        allusion.showTooltip(
          strand.edges.map((index) => allusion.statementOf(index)).join(' '),
          event.clientX,
          event.clientY,
        ),
      pointerleave: () => allusion.showTooltip(''),
    };
  }

  /** @type {FocusParts['more']} */
  function more(block, words) {
    const [x, y] = [block.x + 12, block.y + 19];
    const all = () => allusion.navigate({ all: true });
    return [
      svg(
        'g',
        { class: 'block more', role: 'button', tabindex: -1, click: all, keydown: allusion.activateOnKey(all) },
        svg('text', { class: 'sub rest', x, y }, words),
      ),
      (block.folds || []).map((fold, index, folds) => {
        const half = Math.floor((folds.length + 1) / 2);
        return foldGroup(fold, x + 6 + 92 * Math.floor(index / half), y + 20 * ((index % half) + 1));
      }),
    ];
  }

  /**
   * The number of neighbors of one decade that are left out; a click shows only them.
   * @param {DecadeCount} fold
   * @param {number} x
   * @param {number} y
   */
  function foldGroup(fold, x, y) {
    if (!fold.years) return svg('text', { class: 'sub fold', x, y }, fold.words);
    const narrow = () => allusion.navigate({ years: fold.years });
    return svg(
      'g',
      {
        class: 'decade',
        role: 'button',
        tabindex: -1,
        'aria-label': `${fold.words.replace('·', ':')} more, show only these`,
        click: narrow,
        keydown: allusion.activateOnKey(narrow),
      },
      svg('text', { class: 'sub fold', x, y }, fold.words),
    );
  }

  /** @param {FocusBlock} block */
  function blockGroup(block) {
    if (!block.item) return more(block, `and ${block.more} more`);
    const group = allusion.entityBox(
      block.item.entity,
      block.x,
      block.y,
      block.width,
      block.height,
      spoken(block.item),
    );
    const { entity } = block.item;
    const opened = allusion.state().open.has(entity);
    if (!opened && allusion.secondHopOf(picture.focus, entity).length) {
      const x = block.side === 'in' ? block.x : block.x + block.width;
      group.append(
        svg(
          'g',
          {
            class: 'grip',
            'aria-hidden': 'true',
            click: (event) => {
              event.preventDefault();
              event.stopPropagation();
              allusion.toggleSecondHop(entity);
            },
            dblclick: (event) => event.stopPropagation(),
          },
          svg('circle', { cx: x, cy: block.y + block.height / 2, r: 8 }),
          svg('path', { d: `M${x - 4} ${block.y + block.height / 2}h8m-4 -4v8` }),
        ),
      );
    }
    return group;
  }

  /** The second hop: other neighbors of an opened box. @param {FocusBlock} block */
  function beyondGroup(block) {
    return (block.beyond || []).map((one) =>
      svg(
        'g',
        { class: 'strand far', 'data-edges': one.edges.join(' ') },
        allusion.wire(one.wire, one.edges[0], 1.25),
        one.head && allusion.arrowhead(one.head, one.edges),
        svg(
          'g',
          {
            class: 'block far',
            ...allusion.interactiveAttributes(
              one.entity,
              allusion.withDoubt(`${one.words} ${one.name}, ${data.entities[one.entity].type || ''}`, one.edges),
            ),
          },
          svg('rect', { class: 'frame', x: one.x, y: one.y, width: one.width, height: one.height, rx: 5 }),
          kindShape(data.entities[one.entity].kind, one.x + 13, one.y + one.height / 2),
          svg('text', { class: 'sub', x: one.x + 26, y: one.y + 14 }, one.words),
          ' ',
          svg('text', { class: 'sub far-name', x: one.x + 26, y: one.y + 28, lang: one.lang }, one.name),
        ),
      ),
    );
  }

  function cardGroup() {
    const entity = data.entities[picture.focus];
    const top = picture.y + Math.floor((picture.cardHeight - picture.card[1]) / 2);
    const middle = picture.x + Math.floor(picture.card[0] / 2);
    return svg(
      'g',
      {
        class: 'card',
        ...allusion.interactiveAttributes(picture.focus, `${allusion.boxText(picture.card)}, in the middle`),
      },
      svg('rect', {
        class: 'frame',
        x: picture.x,
        y: picture.y,
        width: picture.card[0],
        height: picture.cardHeight,
        rx: 10,
      }),
      kindShape(entity.kind, middle, top + 26),
      allusion.textRows(picture.card, middle, top, 'middle'),
    );
  }

  /** The accessible name of a box. @param {Neighbor} item */
  function spoken(item) {
    const how = item.strands.map(({ label, edges }) => allusion.withDoubt(allusion.labelText(label), edges)).join('; ');
    return `${allusion.boxAriaLabel(item.entity)}. ${item.side === 'out' ? 'Pointed to' : 'Points here'}: ${how}`;
  }

  /** The caption of an entity without neighbors. */
  function alone() {
    if (beside(allusion.state()).length) return null;
    const x = picture.x + Math.floor(picture.card[0] / 2);
    const y = picture.draw ? picture.y + picture.cardHeight + 18 : picture.y - 14;
    return svg('text', { class: 'caption', x, y, 'text-anchor': 'middle' }, 'No connections to show');
  }

  function captions() {
    return CAPTIONS.map(([side, words]) => {
      const first = picture.blocks.find((block) => block.side === side);
      return (
        first &&
        svg(
          'text',
          {
            class: 'caption',
            x: first.x + (side === 'out' ? first.width : 0),
            y: first.y - 14,
            'text-anchor': side === 'out' ? 'end' : '',
          },
          words,
        )
      );
    });
  }

  /** @param {State} state */
  function beside(state) {
    const families = allusion.familiesFor(state.focus);
    const found = allusion.neighborsOf(
      state.focus,
      (index) => families.has(data.edges[index].family) && allusion.passesFilters(index),
    );
    const { years } = state;
    return years ? found.filter(({ entity }) => inSpan(data.entities[entity].year, years)) : found;
  }

  /** @param {number | undefined} year @param {[number, number]} span */
  const inSpan = (year, [first, last]) => year !== undefined && year >= first && year <= last;

  /** Tables of the list; those of a hub are split by decade. @param {string} caption @param {Neighbor[]} items */
  function byDecade(caption, items) {
    /** @param {Neighbor[]} some */
    const rows = (some) =>
      some.flatMap((item) => item.strands.flatMap((strand) => strand.edges.map((edge) => [edge, item.entity])));
    if (items.length <= MANY) return [{ caption, rows: rows(items) }];
    const decades = new Map();
    for (const item of items) {
      const { year } = data.entities[item.entity];
      const name = year === undefined ? 'no year' : `${Math.floor(year / 10) * 10}s`;
      decades.set(name, [...(decades.get(name) || []), item]);
    }
    return [...decades].map(([name, some]) => ({
      caption: `${caption.split(',')[0]}: ${name}, ${some.length} of ${items.length}`,
      rows: rows(some),
    }));
  }

  /**
   * Lay out for the width: narrower text boxes before anything else, then one column. Text keeps its size. Paper has
   * room for columns side by side (`room` is Infinity).
   * @param {State} state @param {number} most @param {number} room
   */
  function layOut(state, most, room) {
    for (let density = 0; density < allusion.densities; density += 1) {
      if (allusion.narrow.matches && room < Infinity) break;
      allusion.setDensity(density);
      const wide = allusion.focusLayout(state.focus, beside(state), most, data.reach, state.open);
      if (wide.width <= room) return allusion.addSecondHop(wide, state.open);
    }
    allusion.setDensity(0);
    return allusion.columnLayout(state.focus, beside(state), most, room);
  }

  /** @param {State} state @param {number} room */
  function make(state, room) {
    picture = layOut(state, state.all ? Infinity : data.most, room);
    const root = svg(
      'svg',
      {
        class: 'picture',
        id: 'picture',
        viewBox: `0 0 ${picture.width} ${picture.height}`,
        role: 'group',
        lang: 'en',
        'aria-label':
          `${allusion.nameOf(state.focus).text}: connections from it and to it. ` +
          'Arrow keys move, Enter opens details, Shift and Enter focuses an entity.',
      },
      svg('rect', { class: 'paper', width: picture.width, height: picture.height }),
      picture.draw
        ? picture.draw({ more, spoken, strandUse })
        : [
            captions(),
            picture.blocks.flatMap((block) => block.strands.map((line) => strandGroup(line, block))),
            picture.blocks.map(beyondGroup),
            picture.blocks.map(blockGroup),
          ],
      alone(),
      cardGroup(),
    );
    allusion.setDensity(0);
    return root;
  }

  /** A drawing of the state for paper, which is wider than a phone. */
  function paperPicture() {
    const kept = picture;
    const root = make(allusion.state(), Infinity);
    picture = kept;
    return root;
  }

  /** Draw the picture of a state, unless it is drawn already. @param {State} state */
  function draw(state) {
    const room = stage.clientWidth || Infinity;
    const signature = JSON.stringify([
      state.focus,
      allusion.filterKey(),
      state.all,
      state.years,
      [...state.open],
      room,
    ]);
    if (signature !== drawn) {
      const before = allusion.elementPositions(stage);
      const root = make(state, room);
      stage.replaceChildren(root);
      allusion.enableArrowKeys(root);
      root.addEventListener('keydown', (event) => {
        const on = /** @type {Element} */ (event.target).closest('[data-entity]');
        if (event.key === '+' && on) allusion.toggleSecondHop(Number(on.dataset.entity));
      });
      drawn = signature;
      scale = 0;
      resize();
      allusion.animateMoves(before, root);
    }
    allusion.markSelection(stage, state);
  }

  /** Text keeps its size or grows; what does not fit scrolls, and the picture opens at its top. */
  function resize() {
    const root = stage.firstElementChild;
    if (!root || !picture || !stage.clientWidth) return;
    const across = stage.clientWidth / picture.width;
    const down = stage.clientHeight / picture.height;
    const used = scale || (picture.draw ? 1 : Math.min(1.25, Math.max(1, Math.min(across, down))));
    root.dataset.scale = String(used);
    root.setAttribute('width', String(Math.round(picture.width * used)));
    root.setAttribute('height', String(Math.round(picture.height * used)));
    stage.scrollTop = scale ? (picture.y + picture.cardHeight / 2) * used - stage.clientHeight / 2 : 0;
    stage.scrollLeft = (picture.x + picture.card[0] / 2) * used - stage.clientWidth / 2;
  }

  /** Zoom by a factor; 0 fits the whole picture. @param {number} factor */
  function zoom(factor) {
    const root = stage.firstElementChild;
    if (!root || !picture) return;
    scale = factor
      ? Math.min(3, Math.max(0.3, Number(root.dataset.scale) * factor))
      : Math.min(1.25, stage.clientWidth / picture.width, stage.clientHeight / picture.height);
    resize();
  }

  new ResizeObserver(() => {
    if (allusion.state().view === 'focus' && !allusion.state().list) draw(allusion.state());
    if (!scale) resize();
  }).observe(stage);

  allusion.views.focus = {
    draw,
    zoom,
    // The stage is stale while the list is shown.
    picture: (onPaper) =>
      allusion.state().list || (onPaper && allusion.narrow.matches) ? paperPicture() : stage.firstElementChild,
    edges: (state) => beside(state).flatMap((item) => item.strands.flatMap((strand) => strand.edges)),
    groups: (state) => {
      const items = beside(state);
      return CAPTIONS.flatMap(([side, words]) =>
        byDecade(
          words,
          items.filter((item) => item.side === side),
        ),
      );
    },
  };
  allusion.focusNeighbors = beside;
});
