/**
 * The network view: pyvis's nodes, edges and options, drawn by vis-network. The
 * layout is done already. Labels are drawn here, at one size whatever the zoom, the
 * better connected first and none over another: vis-network itself can only scale
 * or hide them.
 */
(function (allusion) {
  'use strict';
  const { data, byId } = allusion;
  const canvas = byId('canvas');
  const tip = byId('tip');
  const LABEL = 12;
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)');
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
    network.on('hoverNode', ({ node, pointer }) => say(pointer.DOM, nodeWords(node)));
    network.on('hoverEdge', ({ edge, pointer }) => say(pointer.DOM, edgeWords(edge)));
    for (const event of ['blurNode', 'blurEdge', 'dragStart', 'zoom']) network.on(event, () => { tip.hidden = true; });
    // One frame after the first drawing; sooner, the outer nodes are cut off.
    network.once('afterDrawing', () => requestAnimationFrame(() => { fit(false); canvas.dataset.ready = 'true'; }));
  }

  function nodeWords(place) {
    const entity = data.entities[place];
    return [entity.name, (entity.names || []).map(([text]) => text).find((text) => text !== entity.name), entity.type, entity.year].filter(Boolean).join(' · ');
  }

  function edgeWords(place) {
    const edge = data.edges[place];
    return `${data.entities[edge.from].name}: ${edge.phrase || edge.kindLabel} → ${data.entities[edge.to].name}`;
  }

  function say(at, words) {
    tip.textContent = words;
    tip.hidden = false;
    const left = Math.min(at.x + 14, canvas.clientWidth - tip.offsetWidth - 8);
    tip.style.transform = `translate(${Math.max(8, left)}px, ${at.y + 16}px)`;
  }

  /** Which labels have room at this scale. Panning moves all alike, so it does not matter. */
  function choose(context, scale) {
    const taken = [];
    const chosen = [];
    const first = [latest.shown, latest.focus];
    const order = [...visible].sort((one, other) => first.includes(other) - first.includes(one)
      || data.vis.nodes[other].size - data.vis.nodes[one].size || one - other);
    for (const place of order) {
      const node = data.vis.nodes[place];
      const width = context.measureText(node.label).width * scale;
      const x = places[place][0] * scale;
      const y = (places[place][1] + node.size) * scale + 4;
      const box = [x - width / 2 - 4, y - 1, x + width / 2 + 4, y + LABEL + 5];
      if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
      taken.push(box);
      chosen.push(place);
    }
    return { scale, places: chosen, boxes: taken };
  }

  function drawLabels(context) {
    const scale = network.getScale();
    context.font = `500 ${LABEL / scale}px "Helvetica Neue", Helvetica, Arial, "Liberation Sans", "Noto Sans", "Noto Sans CJK TC", sans-serif`;
    context.textAlign = 'center';
    context.textBaseline = 'top';
    context.lineJoin = 'round';
    if (labels.scale !== scale) labels = choose(context, scale);
    context.lineWidth = 3.5 / scale;
    context.strokeStyle = colour('paper');
    context.fillStyle = colour('ink');
    for (const place of labels.places) {
      const node = data.vis.nodes[place];
      context.globalAlpha = faded(place) ? 0.25 : 1;
      const [x, middle] = places[place];
      const y = middle + node.size + 4 / scale;
      context.strokeText(node.label, x, y);
      context.fillText(node.label, x, y);
    }
    context.globalAlpha = 1;
  }

  let near = null;

  function faded(place) {
    return near !== null && !near.has(place);
  }

  /** Show what the address says. */
  function draw(state) {
    latest = state;
    if (state.view !== 'network') return;
    // vis-network is the last script of the page.
    if (!window.vis) {
      document.addEventListener('DOMContentLoaded', () => draw(allusion.state()), { once: true });
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
    const now = JSON.stringify([[...state.families], [...state.hidden], state.shown, state.focus, state.edge, dark.matches]);
    if (now === signature) return;
    signature = now;
    const chosen = state.shown !== state.focus || state.edge >= 0;
    near = chosen ? new Set([state.shown]) : null;
    visible = new Set([state.focus, state.shown]);
    const drawn = data.edges.map((edge) => state.families.has(edge.family)
      && !state.hidden.has(data.entities[edge.from].kind) && !state.hidden.has(data.entities[edge.to].kind));
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
    return calm.matches ? false : { duration: 300, easingFunction: 'easeInOutQuad' };
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

  canvas.addEventListener('keydown', (event) => {
    const step = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
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

  Object.assign(allusion, { drawNetwork: draw, zoomNetwork, networkLabels: () => labels, networkPoint: pointOf });
})(window.allusion);
