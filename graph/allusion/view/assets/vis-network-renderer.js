/** Renderer of small networks with vis-network, from the nodes, edges and options of pyvis. */
allusion.define((allusion) => {
  'use strict';
  const { data } = allusion;

  /**
   * @param {HTMLElement} frame @param {NetworkContent} seen @param {RendererEvents} heard @param {() => Colors} colors
   * @returns {Renderer}
   */
  function visNetworkRenderer(frame, seen, heard, colors) {
    const { vis } = window;
    const model = data.vis || { nodes: [], edges: [], options: {} };
    const { faded, drawLabels } = allusion.networkModel;
    // Created with their styles: thousands of updates take seconds.
    const nodeStyles = styledNodes();
    const edgeStyles = styledEdges();
    const nodes = new vis.DataSet(
      model.nodes.map((node, place) => ({ ...node, label: undefined, title: undefined, ...nodeStyles[place] })),
    );
    const edges = new vis.DataSet(model.edges.map((edge, place) => ({ ...edge, ...edgeStyles[place] })));
    const network = new vis.Network(frame, { nodes, edges }, model.options);
    network.on('afterDrawing', (/** @type {CanvasRenderingContext2D} */ pen) =>
      drawLabels(pen, network.getScale(), colors()),
    );
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
      const { line, accent } = colors();
      const { shown, edge: chosen } = seen.state;
      const drawn = new Set(seen.lines);
      return model.edges.map((edge) => {
        const touches = edge.from === shown || edge.to === shown;
        return {
          id: edge.id,
          hidden: !drawn.has(edge.id),
          color: {
            color: edge.id === chosen ? accent : line,
            highlight: accent,
            hover: accent,
            opacity: seen.near && !touches ? 0.12 : 0.75,
          },
        };
      });
    }

    return {
      restyle() {
        nodes.update(styledNodes());
        edges.update(styledEdges());
      },
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
