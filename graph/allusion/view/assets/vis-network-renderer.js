/** Renderer of small networks with vis-network, from the nodes, edges and options of pyvis. */
allusion.define((allusion) => {
  'use strict';
  const { data } = allusion;
  const ARROW = 0.4;
  const HEAD = [8, 10];

  /**
   * The address of the picture of a hollow arrowhead that points up. It covers the line behind it.
   * @param {string} color @param {string} paper @param {number} opacity
   */
  function hollowHead(color, paper, opacity) {
    const [wide, high] = HEAD;
    const size = `viewBox="0 0 ${wide} ${high}" width="${8 * wide}" height="${8 * high}"`;
    const picture =
      `<svg xmlns="http://www.w3.org/2000/svg" ${size}><path d="M${wide / 2} 1.5L${wide - 1} ${high - 1}H1Z" ` +
      `fill="${paper}" stroke="${color}" stroke-opacity="${opacity}" stroke-width="1.25"/></svg>`;
    return `data:image/svg+xml,${encodeURIComponent(picture)}`;
  }

  /** @type {Allusion['visNetworkRenderer']} */
  function visNetworkRenderer(frame, seen, heard, colors, limit) {
    const { vis } = window;
    const model = data.vis || { nodes: [], edges: [], options: {} };
    const { faded, drawAreas, drawLabels, radiusAt, lineStyle, accented } = allusion.networkModel;
    let [styledAt, waiting] = [1, 0];
    // Created with their styles: thousands of updates take seconds.
    const nodeStyles = styledNodes();
    const edgeStyles = styledEdges();
    const nodes = new vis.DataSet(
      model.nodes.map((node, index) => ({ ...node, label: undefined, title: undefined, ...nodeStyles[index] })),
    );
    const edges = new vis.DataSet(model.edges.map((edge, index) => ({ ...edge, ...edgeStyles[index] })));
    const network = new vis.Network(frame, { nodes, edges }, model.options);
    // vis-network has no limits of its own; this event comes before each drawing.
    network.on('initRedraw', () => {
      const before = { ...network.getViewPosition(), scale: network.getScale() };
      const { x, y, scale } = limit(before);
      const off = Math.hypot(x - before.x, y - before.y) * scale > 1 || Math.abs(scale / before.scale - 1) > 0.001;
      if (off) network.moveTo({ position: { x, y }, scale, animation: false });
    });
    network.on('beforeDrawing', (/** @type {CanvasRenderingContext2D} */ pen) => drawAreas(pen, colors()));
    network.on('afterDrawing', (/** @type {CanvasRenderingContext2D} */ pen) => {
      drawLabels(pen, network.getScale(), colors());
      // Lines and symbols keep their size on the screen.
      const now = network.getScale();
      if (Math.abs(now / styledAt - 1) < 0.05) return;
      styledAt = now;
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => {
        heard.scaled(now);
        restyle();
      });
    });
    network.on('click', (/** @type {VisClick} */ { nodes: [node], edges: [edge] }) => heard.click(node, edge));
    network.on('doubleClick', (/** @type {VisClick} */ { nodes: [node] }) => {
      if (node !== undefined) heard.double(node);
    });
    network.on('hoverNode', (/** @type {VisHover} */ { node, pointer }) => heard.node(node, pointer.DOM));
    network.on('hoverEdge', (/** @type {VisHover} */ { edge, pointer }) => heard.edge(edge, pointer.DOM));
    for (const event of ['blurNode', 'blurEdge', 'dragStart', 'zoom']) network.on(event, heard.away);

    function styledNodes() {
      const { line, accent, ink } = colors();
      const { shown, focus } = seen.state;
      return model.nodes.map((node) => {
        const marked = node.id === focus || node.id === shown;
        return {
          id: node.id,
          hidden: !seen.visible.has(node.id),
          x: seen.x[node.id],
          y: seen.y[node.id],
          opacity: faded(node.id) ? 0.2 : 1,
          size: radiusAt(node.id, styledAt) / styledAt,
          borderWidth: marked ? 3 : 1,
          color: {
            background: node.color,
            border: marked ? accent : line,
            highlight: { background: node.color, border: accent },
            hover: { background: node.color, border: ink },
          },
        };
      });
    }

    function styledEdges() {
      const { line, accent, paper } = colors();
      const { shown, edge: chosen } = seen.state;
      const drawn = new Set(seen.lines);
      for (const edges of seen.bundles.values()) for (const index of edges.slice(1)) drawn.delete(index);
      /** @type {Map<string, number>} Bundles between the same two entities, one for each family. */
      const beside = new Map();
      const shifts = allusion.headShifts(seen, [...drawn], styledAt, radiusAt);
      return model.edges.map((edge) => {
        const touches = edge.from === shown || edge.to === shown;
        const { width, dash } = lineStyle(edge.id);
        const bundle = seen.bundles.get(edge.id) || [edge.id];
        let { smooth = false } = edge;
        if (bundle.length > 1) {
          const key = `${Math.min(edge.from, edge.to)} ${Math.max(edge.from, edge.to)}`;
          const number = beside.get(key) || 0;
          beside.set(key, number + 1);
          const type = edge.from < edge.to ? 'curvedCW' : 'curvedCCW';
          smooth = number ? { enabled: true, type, roundness: 0.2 * number } : false;
        }
        const color = bundle.includes(chosen) || accented(edge.id) ? accent : line;
        const opacity = touches ? 0.9 : seen.near ? 0.12 : 0.5;
        const hollow = allusion.doubtOf(bundle) && {
          type: 'image',
          src: hollowHead(color, paper, opacity),
          imageWidth: HEAD[0] / styledAt,
          imageHeight: HEAD[1] / styledAt,
        };
        return {
          id: edge.id,
          hidden: !drawn.has(edge.id),
          smooth,
          width: width / styledAt,
          dashes: dash.length ? dash.map((one) => one / styledAt) : false,
          arrows: {
            to: {
              type: 'arrow',
              ...hollow,
              scaleFactor: ARROW / styledAt,
              enabled: !allusion.isSymmetric([edge.id]),
            },
          },
          endPointOffset: { from: 0, to: (shifts.get(edge.id) || 0) / styledAt },
          color: { color, highlight: accent, hover: accent, opacity },
        };
      });
    }

    function restyle() {
      nodes.update(styledNodes());
      edges.update(styledEdges());
    }

    return {
      restyle,
      redraw() {
        network.selectNodes([seen.state.shown], false);
        network.redraw();
      },
      once: (act) => network.once('afterDrawing', () => requestAnimationFrame(act)),
      scale: () => network.getScale(),
      move: ({ x, y, scale }, moving) =>
        network.moveTo({ position: { x, y }, ...(scale ? { scale } : {}), animation: moving }),
      middle: () => network.getViewPosition(),
      toPage: (point) => network.canvasToDOM(point),
    };
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ visNetworkRenderer }));
});
