/** The timeline view: x is the year, each kind has a lane, arcs are connections. */
allusion.define((allusion) => {
  'use strict';
  const { data, el, svg, byId } = allusion;
  const stage = byId('time-stage');
  const aside = byId('undated');
  const MANY = 60;
  /** Width and height of a drawing that is saved while the list is shown. @type {[number, number]} */
  const SHEET = [1100, 760];
  let drawn = '';
  /** @type {Timeline | null} */
  let layout = null;

  /** @param {number} index */
  const yearOf = (index) => data.entities[index].year;

  /** @param {number | undefined} year @param {[number, number]} years */
  const within = (year, [first, last]) => year !== undefined && year >= first && year <= last;

  /** Edges that pass the filters, in any year. @param {State} state */
  function wanted(state) {
    const families = allusion.familiesInView();
    const all = state.all
      ? data.edges.map((_, index) => index)
      : [...allusion.outgoing[state.focus], ...allusion.incoming[state.focus]];
    return all.filter((index) => families.has(data.edges[index].family) && allusion.passesFilters(index));
  }

  /** @param {number} index */
  const ends = (index) => [data.edges[index].from, data.edges[index].to];
  /** @param {number} index */
  const dated = (index) => ends(index).every((end) => yearOf(end) !== undefined);

  /** Edges whose ends are in the range of years; the focus always stays. @param {State} state */
  function edges(state) {
    /** @param {number} end */
    const inside = (end) => middle(state, end) || !state.years || within(yearOf(end), state.years);
    return wanted(state).filter((index) => !state.years || ends(index).every(inside));
  }

  /** @param {State} state @param {number} end */
  const middle = (state, end) => end === state.focus && !state.all;

  /**
   * The entities on the axis: dated ends of the edges.
   * @param {State} state
   * @param {number[]} shown
   */
  const standing = (state, shown) =>
    [
      ...new Set(
        shown
          .filter((index) => ends(index).every((end) => yearOf(end) !== undefined || middle(state, end)))
          .flatMap(ends),
      ),
    ]
      .filter((index) => yearOf(index) !== undefined)
      .sort((one, other) => one - other);

  /** The layout of a state; null without entities that have a year. @param {State} state @returns {Timeline | null} */
  function layOut(state, /** @type {number} */ width, /** @type {number} */ height) {
    const shown = edges(state);
    const indices = standing(state, shown);
    if (!state.all && yearOf(state.focus) !== undefined && !indices.includes(state.focus)) indices.push(state.focus);
    if (!indices.length) return null;
    indices.sort((one, other) => one - other);
    return allusion.timelineLayout(indices, shown.filter(dated), state.focus, width, height);
  }

  /** The picture to save; the stage is stale while the list is shown. */
  function picture() {
    const state = allusion.state();
    if (!state.list) return stage.querySelector('svg');
    const made = layOut(state, ...SHEET);
    return made && root(state, made);
  }

  /** @param {State} state */
  function draw(state) {
    const width = Math.max(320, stage.clientWidth);
    const height = Math.max(260, stage.clientHeight);
    const signature = JSON.stringify([
      state.all || state.focus,
      allusion.filterKey(),
      state.years,
      state.all,
      width,
      height,
    ]);
    if (signature !== drawn) {
      drawn = signature;
      const before = allusion.elementPositions(stage);
      const shown = edges(state);
      layout = layOut(state, width, height);
      stage.replaceChildren(
        layout
          ? root(state, layout)
          : el(
              'p',
              { class: 'empty' },
              'No entity with a year passes the filters. Remove a filter, or widen the range of years.',
            ),
      );
      if (layout) {
        allusion.enableArrowKeys(stage.firstElementChild);
        allusion.animateMoves(before, stage.firstElementChild);
      }
      undated(state, shown);
      allusion.drawYearRange(state, standing(state, wanted(state)));
    }
    if (layout) mark(state);
  }

  /** @param {State} state @param {Timeline} layout */
  function root(state, layout) {
    const { lanes, scale, width, height, left, top, bottom } = layout;
    const around = state.all ? 'everything' : allusion.nameOf(state.focus).text;
    return svg(
      'svg',
      {
        class: layout.arcs.length > MANY ? 'picture timeline crowded' : 'picture timeline',
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        role: 'group',
        lang: 'en',
        'aria-label': `Timeline: ${around}. Arrow keys move, Enter opens details. The list has the same content.`,
      },
      svg('rect', { class: 'paper', width, height }),
      lanes.map((lane, index) => [
        index % 2 === 0 && svg('rect', { class: 'lane', x: 0, y: lane.y, width, height: lane.height }),
        allusion.kindShape(lane.kind, 16, lane.y + lane.height / 2),
        left > 40 &&
          svg(
            'text',
            { class: 'caption', x: 30, y: lane.y + lane.height / 2 + 4 },
            allusion.truncate(allusion.kindStyle(lane.kind).many, 11, left - 36),
          ),
      ]),
      scale.ticks.map(([year, x]) => [
        svg('path', { class: 'tick', d: `M${x} ${top - 6}V${bottom + 6}` }),
        aboveAndBelow(x, String(year), layout),
      ]),
      scale.breaks.map((one) => gap(one, layout)),
      layout.arcs.map(arc),
      layout.arcs.map(words),
      lanes.flatMap((lane) => [lane.placed.map(point), lane.crowds.map((one) => crowd(one, lane.kind, state))]),
    );
  }

  /**
   * The number of things of some years without room. A click narrows to those years, or of one year opens the list.
   * @param {TimelineCount} count @param {string} kind @param {State} state
   */
  function crowd({ first, last, number, x, y }, kind, state) {
    const time = first === last ? String(first) : `${first} to ${last}`;
    const here = state.years && state.years[0] === first && state.years[1] === last;
    const open = () =>
      allusion.navigate(
        here || first === last
          ? { years: [first, last], list: true, usualList: allusion.narrow.matches }
          : { years: [first, last] },
      );
    const words = `+${number.toLocaleString('en')}`;
    const wide = allusion.textWidth(words, 12) + 14;
    return svg(
      'g',
      {
        class: 'crowd',
        role: 'button',
        tabindex: -1,
        'aria-label': `${words} more ${allusion.kindStyle(kind).many} of ${time}`,
        click: open,
        keydown: allusion.activateOnKey(open),
        pointermove: (event) =>
          allusion.showTooltip(
            `${number} more ${allusion.kindStyle(kind).many} of ${time}`,
            event.clientX,
            event.clientY,
          ),
        pointerleave: () => allusion.showTooltip(''),
      },
      svg('rect', { class: 'frame', x: (x - wide / 2).toFixed(1), y: y - 9, width: wide, height: 18, rx: 9 }),
      svg('text', { class: 'words', x: x.toFixed(1), y: y + 4, 'text-anchor': 'middle' }, words),
    );
  }

  /** @param {number} x @param {string} words @param {Timeline} layout */
  function aboveAndBelow(x, words, layout) {
    return [layout.top - 12, layout.bottom + 18].map((y) =>
      svg('text', { class: 'caption', x, y, 'text-anchor': 'middle' }, words),
    );
  }

  /** A break of the axis, where there is nothing for many years. @param {number[]} gap @param {Timeline} layout */
  function gap([x, before, after], layout) {
    const { top, bottom } = layout;
    return svg(
      'g',
      {},
      svg('title', {}, `${before} to ${after}: no entities; the axis has a break`),
      svg('path', { class: 'paper', d: `M${x - 4} ${top - 6}h8V${bottom + 6}h-8Z` }),
      svg('path', {
        class: 'tick',
        d: `M${x - 2} ${top - 6}${'l5 7l-5 7'.repeat(Math.floor((bottom - top + 12) / 14))}`,
      }),
      aboveAndBelow(x, '//', layout),
    );
  }

  /** @param {TimelineArc} arc */
  function arc({ edge: index, d, tip, angle, mark }) {
    const edge = data.edges[index];
    return svg(
      'g',
      { class: `strand ${edge.family} arc`, ...use(index) },
      svg('path', { class: 'reach', d }),
      allusion.wire(d, index),
      !allusion.isSymmetric([index]) &&
        svg(
          'g',
          { transform: `translate(${tip[0].toFixed(1)} ${tip[1].toFixed(1)}) rotate(${angle.toFixed(0)})` },
          allusion.arrowhead('M2 0l-8 -3.5v7Z', [index]),
        ),
      mark && allusion.questionMark(mark.x, mark.y),
    );
  }

  /** The label of an arc, above all arcs. @param {TimelineArc} arc */
  function words({ edge: index, said }) {
    return (
      said &&
      svg('text', { class: 'sub said-arc', x: said.x, y: said.y, 'text-anchor': 'middle', ...use(index) }, said.words)
    );
  }

  /** @param {number} index */
  function use(index) {
    const edge = data.edges[index];
    return {
      'data-edges': index,
      click: () =>
        allusion.navigate({ shown: edge.from === allusion.state().focus ? edge.to : edge.from, edge: index }),
      pointermove: (/** @type {PointerEvent} */ event) =>
        allusion.showTooltip(allusion.statementOf(index), event.clientX, event.clientY),
      pointerleave: () => allusion.showTooltip(''),
    };
  }

  /**
   * The accessible name starts with the visible text (WCAG 2.5.3); after a shortened name the full one follows.
   * @param {TimelinePoint} one
   */
  function spoken(one) {
    const between = (layout?.arcs || [])
      .map(({ edge }) => edge)
      .filter((edge) => ends(edge).includes(one.index) && ends(edge).includes(allusion.state().focus));
    const name = allusion.withDoubt(allusion.ariaName(one.index), between);
    return name.startsWith(one.label) ? name : `${one.label}: ${name}`;
  }

  /** @param {TimelinePoint} one */
  function point(one) {
    const entity = data.entities[one.index];
    const right = one.anchor === 'start';
    return svg(
      'g',
      {
        class: one.index === allusion.state().focus ? 'point middle' : 'point',
        ...allusion.interactiveAttributes(one.index, spoken(one)),
        pointerenter: (event) => {
          if (!one.label) allusion.showTooltip(allusion.ariaName(one.index), event.clientX, event.clientY);
        },
        pointerleave: () => allusion.showTooltip(''),
      },
      svg('rect', { class: 'frame', x: one.x - 9, y: one.y - 9, width: 18, height: 18, rx: 5 }),
      allusion.kindShape(entity.kind, one.x, one.y),
      one.label &&
        svg(
          'text',
          {
            class: one.fallback ? 'words fallback' : 'words',
            x: one.x + (right ? 12 : -12),
            y: one.y + 4,
            'text-anchor': right ? '' : 'end',
            lang: one.lang,
          },
          one.label,
        ),
    );
  }

  /** Dim everything but the selected entity and its neighbors. @param {State} state */
  function mark(state) {
    allusion.markSelection(stage, state);
    const chosen = state.shown !== state.focus || state.all ? state.shown : -1;
    const joined = new Set([chosen]);
    for (const strand of stage.querySelectorAll('.strand, .said-arc')) {
      const two = ends(Number(strand.dataset.edges));
      const mine = chosen < 0 || two.includes(chosen);
      strand.classList.toggle('dim', !mine);
      if (mine) two.forEach((end) => joined.add(end));
    }
    const any = chosen >= 0 && joined.size > 1;
    stage.classList.toggle('choosing', any);
    for (const one of stage.querySelectorAll('.point'))
      one.classList.toggle('dim', any && !joined.has(Number(one.dataset.entity)));
  }

  /** List the entities without a year. @param {State} state @param {number[]} shown */
  function undated(state, shown) {
    const indices = [...new Set(shown.flatMap(ends))]
      .filter((index) => yearOf(index) === undefined)
      .sort((one, other) => one - other);
    const most = 24;
    aside.hidden = !indices.length;
    aside.replaceChildren(
      ...(indices.length
        ? [
            el(
              'summary',
              {},
              `${indices.length.toLocaleString('en')} without a year: `,
              indices
                .slice(0, most)
                .map((index) => allusion.nameOf(index).text)
                .join(', '),
            ),
            el(
              'ul',
              {},
              indices
                .slice(0, state.all ? most : Infinity)
                .map((index) =>
                  el('li', {}, allusion.kindIcon(data.entities[index].kind), allusion.entityButton(index)),
                ),
              state.all && indices.length > most && el('li', {}, `and ${indices.length - most} more, in the list`),
            ),
          ]
        : []),
    );
  }

  byId('scope').addEventListener('click', () => allusion.navigate({ all: !allusion.state().all, years: null }));
  new ResizeObserver(() => {
    const state = allusion.state();
    if (state.view === 'timeline' && !state.list) draw(state);
  }).observe(stage);

  allusion.views.timeline = {
    edges,
    picture,
    draw: (state) => {
      byId('scope').textContent = state.all ? `Only around ${allusion.nameOf(state.focus).text}` : 'Everything';
      draw(state);
    },
    groups: (state) => [
      {
        caption: state.years ? `${state.years[0]} to ${state.years[1]}` : 'All years',
        rows: edges(state).map((index) => [index, -1]),
      },
    ],
  };
});
