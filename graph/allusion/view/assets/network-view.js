/**
 * The network view. Python computes the coordinates. vis-network renders small networks, canvas-renderer.js large
 * ones. Labels are drawn by network-model.js in both, because vis-network cannot keep them apart.
 */
allusion.define((allusion) => {
  'use strict';
  const { data, byId, networkModel } = allusion;
  const { seen } = networkModel;
  const frame = byId('canvas');
  const note = byId('folded');
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const [LARGEST, CLOSE] = [4, 1.4];
  /** The frame of a drawing that is saved while the list is shown. */
  const SHEET = { clientWidth: 1100, clientHeight: 760 };
  const NAMES = ['paper', 'card', 'ink', 'muted', 'hair', 'line', 'accent'];
  /** @type {Renderer | undefined} */
  let drawer;
  /** @type {Colors} */
  let palette;
  /** @type {number[] | null} */
  let bounds = null;
  let signature = '';
  let all = false;
  let loading = false;

  /** Read the colors of the current theme. */
  function mix() {
    const style = getComputedStyle(document.documentElement);
    palette = /** @type {Colors} */ (
      Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]))
    );
  }

  /** @param {string} words @param {Point} at */
  const say = (words, at) =>
    allusion.showTooltip(words, at.x + frame.getBoundingClientRect().x, at.y + frame.getBoundingClientRect().y);

  /** @type {RendererEvents} */
  const heard = {
    click: (node, edge, group) => {
      if (node !== undefined) choose(node);
      else if (edge !== undefined) allusion.navigate({ shown: data.edges[edge].to, edge });
      else if (group) networkModel.openGroup(group.best);
      else allusion.navigate({ shown: allusion.state().focus, edge: -1 });
    },
    double: (node) => allusion.navigate({ focus: node, view: 'focus' }),
    node: (node, at) => say([allusion.ariaName(node), allusion.secondNameOf(node)[0]].filter(Boolean).join(' · '), at),
    edge: (edge, at) => {
      const more = (seen.bundles.get(edge) || [edge]).length - 1;
      say(more ? `${allusion.edgeText(edge)}, and ${more} more: a click lists them` : allusion.edgeText(edge), at);
    },
    group: (group, at) =>
      say(`${allusion.nameOf(group.best).text} and its community: ${networkModel.foldWords(group)}`, at),
    away: () => allusion.showTooltip(''),
    scaled: (scale) => {
      if (!networkModel.setClose(scale >= CLOSE)) return;
      networkModel.update(allusion.state(), frame);
      bounds = null;
      drawer?.restyle();
      tell();
    },
  };

  /** A click on an entity selects it; one on an entity with folded leaves opens them too. @param {number} node */
  function choose(node) {
    if (seen.leaves.has(node)) allusion.navigate({ shown: node, open: new Set([...allusion.state().open, node]) });
    else allusion.navigate({ shown: node });
  }

  function start() {
    drawer = data.plan.painted
      ? allusion.canvasRenderer(frame, seen, heard, () => palette, limit)
      : allusion.visNetworkRenderer(frame, seen, heard, () => palette, limit);
    // Fit before the first drawing, which would be wasted otherwise.
    drawer.move(whole(), false);
    drawer.redraw();
    // Fit again one frame later: before, vis-network cuts outer nodes off, and the legend may have grown by a line.
    drawer.once(() => {
      drawer?.move(whole(), false);
      frame.dataset.ready = 'true';
    });
  }

  /** Unpack vis-network when it is needed; the Content-Security-Policy has its hash. */
  async function load() {
    if (loading) return;
    loading = true;
    const script = document.createElement('script');
    script.textContent = await allusion.unpack('packed-vis');
    document.head.append(script);
    draw(allusion.state());
  }

  /** Draw a state. @param {State} state */
  function draw(state) {
    if (state.view !== 'network' || state.list) return;
    if (!data.plan.painted && !window.vis) {
      load();
      return;
    }
    mix();
    const now = JSON.stringify([
      allusion.filterKey(),
      state.shown,
      state.focus,
      state.edge,
      [...state.open],
      state.all,
      frame.clientWidth,
      frame.clientHeight,
      palette,
    ]);
    let moved = false;
    if (now !== signature) {
      signature = now;
      bounds = null;
      moved = networkModel.update(state, frame) || state.all !== all;
      all = state.all;
      drawer?.restyle();
      tell();
    }
    if (!drawer) start();
    else if (moved) drawer.move(whole(), motion());
    else bring(state.shown);
    drawer?.redraw();
  }

  /** Write how many nodes are folded, and how to open them. */
  function tell() {
    const state = allusion.state();
    const left = seen.folded.reduce((sum, group) => sum + group.left, 0);
    const { of = 0 } = data;
    const more = of > data.entities.length;
    const leaves = [...seen.leaves.values()].reduce((sum, count) => sum + count, 0);
    note.hidden = !left && !more && !leaves && !seen.apart && !state.all;
    note.replaceChildren(
      ...[
        more &&
          `The graph has ${of.toLocaleString('en')} entities; this page holds the ` +
            `${data.entities.length.toLocaleString('en')} nearest to ${allusion.nameOf(data.focus).text}. `,
        left > 0 &&
          `${seen.visible.size.toLocaleString('en')} of ${seen.joined.toLocaleString('en')} are drawn, the best ` +
            `connected of each community; ${left.toLocaleString('en')} are folded into their circles. A click on a ` +
            'circle opens it, and so does a search for one of its members; the list has all of them.',
        !left &&
          `${seen.visible.size.toLocaleString('en')} of ${seen.joined.toLocaleString('en')} entities are drawn. `,
        leaves > 0 && '+ counts neighbors with no other connection: click, or zoom in. ',
        (seen.apart > 0 || state.all) &&
          allusion.el(
            'button',
            { type: 'button', class: 'plain', click: () => allusion.navigate({ all: !state.all }) },
            state.all ? 'Draw fewer' : 'Draw all',
          ),
      ].filter(Boolean),
    );
  }

  /** The rectangle of everything that is drawn. */
  function extent() {
    if (bounds) return bounds;
    const circles = seen.folded.map((group) => [group.x, group.y, group.radius]);
    const rims = seen.areas.flatMap(({ outline }) => outline.map(({ x, y }) => [x, y, 0]));
    const spots = [...seen.visible].map((index) => [seen.x[index], seen.y[index], seen.size[index]]);
    bounds = [Infinity, -Infinity, Infinity, -Infinity];
    for (const [x, y, reach] of [...circles, ...rims, ...spots]) {
      bounds[0] = Math.min(bounds[0], x - reach);
      bounds[1] = Math.max(bounds[1], x + reach);
      bounds[2] = Math.min(bounds[2], y - reach);
      bounds[3] = Math.max(bounds[3], y + reach);
    }
    return bounds;
  }

  /** The height that the note covers. */
  const noteHeight = () => (note.hidden ? 0 : frame.getBoundingClientRect().bottom - note.getBoundingClientRect().top);

  /** The camera that shows everything in a frame. @param {Frame} within @param {number} foot @returns {Camera} */
  function whole(within = frame, foot = noteHeight()) {
    const [left, right, top, bottom] = extent();
    // The margin has room for the labels of outer nodes.
    const scale = Math.max(
      0.005,
      Math.min(
        1,
        (within.clientWidth - 2 * networkModel.RIM[0] - 8) / (right - left || 1),
        (within.clientHeight - foot - 2 * networkModel.RIM[1] - 8) / (bottom - top || 1),
      ),
    );
    return { x: (left + right) / 2, y: (top + bottom) / 2 + foot / 2 / scale, scale };
  }

  /**
   * Keep the camera on the network, not much smaller than the whole, not larger than LARGEST.
   * @param {Camera} camera
   */
  function limit({ x, y, scale }) {
    const [left, right, top, bottom] = extent();
    return {
      x: Math.min(right, Math.max(left, x)),
      y: Math.min(bottom, Math.max(top, y)),
      scale: Math.min(LARGEST, Math.max(whole().scale / 2, scale)),
    };
  }

  const motion = () => (allusion.reducedMotion.matches ? false : { duration: 300, easingFunction: 'easeInOutQuad' });

  /** The position of an entity in the frame, in pixels. @type {Allusion['networkPoint']} */
  const pointOf = (index) => (drawer ? drawer.toPage({ x: seen.x[index], y: seen.y[index] }) : { x: 0, y: 0 });

  /** Pan to an entity that is not visible. @param {number} index */
  function bring(index) {
    const { x, y } = pointOf(index);
    const inside = x > 40 && y > 40 && x < frame.clientWidth - 40 && y < frame.clientHeight - 40;
    if (!inside) drawer?.move({ x: seen.x[index], y: seen.y[index] }, motion());
  }

  /** @param {number} factor */
  function zoomNetwork(factor) {
    if (!drawer) return;
    drawer.move(factor ? limit({ ...drawer.middle(), scale: drawer.scale() * factor }) : whole(), motion());
  }

  /** The visible part as SVG, for export; all of it while the frame is hidden, by the list or on paper. */
  function picture() {
    const state = allusion.state();
    if (!state.list && frame.clientWidth)
      return drawer ? allusion.drawNetworkSvg(networkModel, drawer.scale(), drawer.toPage, frame) : null;
    networkModel.update(state, SHEET);
    [signature, bounds] = ['', null];
    const { x, y, scale } = whole(SHEET, 0);
    bounds = null;
    networkModel.labels(allusion.textWidth, scale);
    /** @param {Point} point */
    const toPage = (point) => ({
      x: (point.x - x) * scale + SHEET.clientWidth / 2,
      y: (point.y - y) * scale + SHEET.clientHeight / 2,
    });
    return allusion.drawNetworkSvg(networkModel, scale, toPage, SHEET);
  }

  frame.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    const step = Object.hasOwn(allusion.arrowSteps, event.key) && allusion.arrowSteps[event.key];
    const { shown } = allusion.state();
    if (!drawer) return;
    if (step) {
      /** @param {number} index */
      const where = (index) => [seen.x[index], seen.y[index]];
      const next = allusion.nearestInDirection(
        where(shown),
        seen.order.filter((index) => index !== shown),
        step,
        where,
      );
      if (next !== null) allusion.navigate({ shown: next }, { replace: true });
    } else if (event.key === 'Enter' && event.shiftKey) allusion.navigate({ focus: shown, view: 'focus' });
    else if (event.key === 'Enter') allusion.openPanel(shown, event);
    else if (event.key === 'o' && networkModel.foldedAt(shown)) networkModel.openGroup(shown);
    else if (event.key === 'o') networkModel.toggleLeaves(shown);
    else if (event.key === '+' || event.key === '-') zoomNetwork(event.key === '+' ? 1.3 : 1 / 1.3);
    else return;
    event.preventDefault();
  });
  new ResizeObserver(() => {
    const state = allusion.state();
    if (!drawer || state.view !== 'network' || state.list || !frame.clientWidth) return;
    draw(state);
    drawer.move(whole(), false);
  }).observe(frame);
  dark.addEventListener('change', () => draw(allusion.state()));

  /** The communities that are folded, as buttons: the list's way to open them. @param {State} state */
  function folds(state) {
    if (!networkModel.groups.length) return [];
    networkModel.update(state, SHEET);
    signature = '';
    return seen.folded.map((group) => ({
      words: [allusion.nameElement(group.best), `: ${networkModel.foldWords(group)}`],
      act: () => networkModel.openGroup(group.best, { list: false, usualList: !allusion.narrow.matches }),
    }));
  }

  allusion.views.network = {
    draw,
    picture,
    edges: networkModel.shownEdges,
    zoom: zoomNetwork,
    folds,
    groups: (state) => [
      { caption: 'All connections are shown', rows: networkModel.shownEdges(state).map((edge) => [edge, -1]) },
    ],
  };
  Object.assign(
    allusion,
    /** @satisfies {Partial<Allusion>} */ ({ networkLabels: () => seen.labels, networkPoint: pointOf }),
  );
});
