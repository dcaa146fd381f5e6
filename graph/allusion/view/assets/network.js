/**
 * The network view: pyvis's nodes, edges and options, drawn by vis-network. The
 * layout is done already. Labels are drawn here, at one size whatever the zoom, the
 * better connected first and none over another: vis-network itself can only scale
 * or hide them.
 */
allusion.part(function (allusion) {
  'use strict';
  const { data, byId, svg } = allusion;
  const canvas = byId('canvas');
  const LABEL = 12;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  /** @type {any} */ let network = null;
  /** @type {any} */ let nodes = null;
  /** @type {any} */ let edges = null;
  let visible = new Set();
  let labels = { scale: 0, places: [] };
  /** @type {number[][]} */ let places = [];
  let whole = null;
  let moved = false;
  let signature = '';
  let latest = null;

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  }

  function start() {
    const { vis } = window;
    nodes = new vis.DataSet(data.vis.nodes.map((node) => ({ ...node, label: undefined, title: undefined })));
    edges = new vis.DataSet(data.vis.edges);
    network = new vis.Network(canvas, { nodes, edges }, data.vis.options);
    network.on('afterDrawing', drawLabels);
    network.on('click', ({ nodes: [node], edges: [edge] }) => {
      if (node !== undefined) allusion.go({ shown: node });
      else if (edge !== undefined) allusion.go({ shown: data.edges[edge].to, edge });
      else allusion.go({ shown: allusion.state().focus, edge: -1 });
    });
    network.on('doubleClick', ({ nodes: [node] }) => { if (node !== undefined) allusion.go({ focus: node, view: 'focus' }); });
    const place = canvas.getBoundingClientRect.bind(canvas);
    const say = (words, at) => allusion.hint(words, at.x + place().x, at.y + place().y);
    network.on('hoverNode', ({ node, pointer }) => say(`${allusion.spokenName(node)}${allusion.secondOf(node)[0] && ` · ${allusion.secondOf(node)[0]}`}`, pointer.DOM));
    network.on('hoverEdge', ({ edge, pointer }) => say(allusion.edgeWords(edge), pointer.DOM));
    for (const event of ['blurNode', 'blurEdge', 'dragStart', 'zoom']) network.on(event, () => allusion.hint(''));
    // One frame after the first drawing; sooner, the outer nodes are cut off.
    network.once('afterDrawing', () => requestAnimationFrame(() => { fit(false); canvas.dataset.ready = 'true'; }));
  }

  const nameAt = (place) => allusion.nameOf(place).text;

  /**
   * Which labels have room at this scale, the chosen and the best connected first. Panning
   * moves all alike, so it does not matter. Boxes are looked up by cell, for at 20,000
   * nodes each against each is too many.
   */
  function choose(measure, scale) {
    const [WIDE, HIGH] = [160, 40];
    const cells = new Map();
    const chosen = [];
    const boxes = [];
    const first = [latest.shown, latest.focus];
    const order = [...visible].sort((one, other) => Number(first.includes(other)) - Number(first.includes(one))
      || data.vis.nodes[other].size - data.vis.nodes[one].size || one - other);
    for (const place of order) {
      const node = data.vis.nodes[place];
      const width = measure(nameAt(place));
      const x = places[place][0] * scale;
      const y = (places[place][1] + node.size) * scale + 4;
      const box = [x - width / 2 - 4, y - 1, x + width / 2 + 4, y + LABEL + 5];
      const touched = [];
      for (let column = Math.floor(box[0] / WIDE); column <= Math.floor(box[2] / WIDE); column += 1) {
        for (let row = Math.floor(box[1] / HIGH); row <= Math.floor(box[3] / HIGH); row += 1) touched.push(`${column} ${row}`);
      }
      const covers = (other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1];
      if (touched.some((cell) => (cells.get(cell) || []).some(covers))) continue;
      for (const cell of touched) cells.set(cell, [...(cells.get(cell) || []), box]);
      boxes.push(box);
      chosen.push(place);
    }
    return { scale, places: chosen, boxes };
  }

  function drawLabels(context) {
    const scale = network.getScale();
    context.font = `500 ${LABEL / scale}px "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "Noto Sans", "Noto Sans CJK TC", sans-serif`;
    context.textAlign = 'center';
    context.textBaseline = 'top';
    context.lineJoin = 'round';
    if (labels.scale !== scale) labels = choose((text) => context.measureText(text).width * scale, scale);
    context.lineWidth = 3.5 / scale;
    context.strokeStyle = colour('paper');
    context.fillStyle = colour('ink');
    for (const place of labels.places) {
      const node = data.vis.nodes[place];
      context.globalAlpha = faded(place) ? 0.25 : 1;
      const [x, middle] = places[place];
      const y = middle + node.size + 4 / scale;
      context.strokeText(nameAt(place), x, y);
      context.fillText(nameAt(place), x, y);
    }
    context.globalAlpha = 1;
  }

  let near = null;
  /** @type {boolean[]} */ let drawn = [];

  function faded(place) {
    return near !== null && !near.has(place);
  }

  let loading = false;

  /** vis-network is unpacked when somebody wants it; the page's policy knows its hash. */
  async function load() {
    if (loading) return;
    loading = true;
    const script = document.createElement('script');
    script.textContent = await allusion.unpack('packed-vis');
    document.head.append(script);
    draw(allusion.state());
  }

  /** Show what the address says. */
  function draw(state) {
    latest = state;
    if (state.view !== 'network' || state.list) return;
    if (!window.vis) {
      load();
      return;
    }
    const fresh = !network;
    if (fresh) start();
    filter(state);
    labels.scale = 0;
    network.selectNodes([state.shown], false);
    if (!fresh && moved) fit();
    else if (!fresh) bring(state.shown);
    moved = false;
    network.redraw();
  }

  function filter(state) {
    const now = JSON.stringify([allusion.filterKey(), state.shown, state.focus, state.edge, colour('paper')]);
    if (now === signature) return;
    signature = now;
    const chosen = state.shown !== state.focus || state.edge >= 0;
    near = chosen ? new Set([state.shown]) : null;
    visible = new Set([state.focus, state.shown]);
    drawn = data.edges.map((edge, place) => state.families.has(edge.family) && allusion.passes(place));
    data.edges.forEach((edge, place) => {
      if (!drawn[place]) return;
      visible.add(edge.from).add(edge.to);
      if (near && edge.from === state.shown) near.add(edge.to);
      if (near && edge.to === state.shown) near.add(edge.from);
    });
    arrange([...state.families].some((name) => !data.families[name].connection));
    const [line, accent, ink] = [colour('line'), colour('accent'), colour('ink')];
    nodes.update(data.vis.nodes.map((node) => ({
      id: node.id,
      hidden: !visible.has(node.id),
      x: places[node.id][0],
      y: places[node.id][1],
      opacity: faded(node.id) ? 0.2 : 1,
      borderWidth: node.id === state.focus || node.id === state.shown ? 3 : 1,
      color: {
        background: node.color,
        border: node.id === state.focus || node.id === state.shown ? accent : line,
        highlight: { background: node.color, border: accent },
        hover: { background: node.color, border: ink },
      },
    })));
    edges.update(data.vis.edges.map((edge) => {
      const touches = edge.from === state.shown || edge.to === state.shown;
      return {
        id: edge.id,
        hidden: !drawn[edge.id],
        color: { color: edge.id === state.edge ? accent : line, highlight: accent, hover: accent, opacity: near && !touches ? 0.12 : 0.75 },
      };
    }));
  }

  /** The layout of the connections alone, or that of all edges. */
  function arrange(all) {
    if (whole === all) return;
    whole = all;
    places = data.vis.nodes.map((node) => (all ? node.whole : [node.x, node.y]));
    moved = true;
  }

  function motion() {
    return allusion.calm.matches ? false : { duration: 300, easingFunction: 'easeInOutQuad' };
  }

  function fit(moving = true) {
    network.fit({ nodes: [...visible], animation: moving && motion() });
  }

  /** Where an entity stands in the canvas, in pixels of the page. */
  function pointOf(place) {
    const [x, y] = places[place];
    return network.canvasToDOM({ x, y });
  }

  /** Bring an entity into sight, if it is not. */
  function bring(place) {
    const { x, y } = pointOf(place);
    const inside = x > 40 && y > 40 && x < canvas.clientWidth - 40 && y < canvas.clientHeight - 40;
    if (!inside) network.moveTo({ position: { x: places[place][0], y: places[place][1] }, animation: motion() });
  }

  function zoomNetwork(factor) {
    if (factor) network.moveTo({ scale: network.getScale() * factor, animation: motion() });
    else fit();
  }

  /** What is in sight, as a drawing: for the files that can be saved. */
  function picture() {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const at = new Map([...visible].map((place) => [place, pointOf(place)]));
    const scale = network.getScale();
    const inside = ({ x, y }) => x > -40 && y > -40 && x < width + 40 && y < height + 40;
    const lines = data.edges.map((_, place) => place).filter((place) => drawn[place] && (inside(at.get(data.edges[place].from)) || inside(at.get(data.edges[place].to))));
    const label = new Set(labels.places);
    return svg('svg', { class: 'picture', viewBox: `0 0 ${width} ${height}`, width, height },
      svg('rect', { class: 'paper', width, height }),
      lines.map((place) => {
        const [a, b] = [at.get(data.edges[place].from), at.get(data.edges[place].to)];
        return svg('path', { class: 'wire', d: `M${a.x.toFixed(1)} ${a.y.toFixed(1)}L${b.x.toFixed(1)} ${b.y.toFixed(1)}`, 'stroke-width': 1, 'stroke-dasharray': data.families[data.edges[place].family].dash.join(' ') });
      }),
      [...at].filter(([, point]) => inside(point)).map(([place, { x, y }]) => {
        const style = allusion.kindStyle(data.entities[place].kind);
        const size = (data.vis.nodes[place].size * scale) / 7;
        return svg('path', { class: 'glyph', d: style.path, fill: style.colour, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${size.toFixed(2)})` });
      }),
      [...at].filter(([place, point]) => label.has(place) && inside(point)).map(([place, { x, y }]) => svg('text', {
        class: 'words', x: x.toFixed(1), y: (y + data.vis.nodes[place].size * scale + 15).toFixed(1), 'text-anchor': 'middle', lang: allusion.nameOf(place).lang,
      }, nameAt(place))));
  }

  canvas.addEventListener('keydown', (event) => {
    const step = Object.hasOwn(allusion.steps, event.key) && allusion.steps[event.key];
    const { shown } = allusion.state();
    if (step) {
      const where = (place) => places[place];
      const next = allusion.nearest(where(shown), [...visible].filter((place) => place !== shown), step, where);
      if (next !== null) allusion.go({ shown: next }, { replace: true });
    } else if (event.key === 'Enter' && event.shiftKey) allusion.go({ focus: shown, view: 'focus' });
    else if (event.key === 'Enter') allusion.openPanel(shown, event);
    else if (event.key === '+' || event.key === '-') zoomNetwork(event.key === '+' ? 1.3 : 1 / 1.3);
    else return;
    event.preventDefault();
  });
  dark.addEventListener('change', () => draw(allusion.state()));

  function shownEdges(state) {
    return data.edges.map((_, place) => place).filter((place) => state.families.has(data.edges[place].family) && allusion.passes(place));
  }

  allusion.views.network = {
    draw, picture, edges: shownEdges, zoom: zoomNetwork,
    groups: (state) => [{ caption: 'Every connection shown', rows: shownEdges(state).map((edge) => [edge, -1]) }],
  };
  Object.assign(allusion, { networkLabels: () => labels, networkPoint: pointOf });
});
