/**
 * Renderer of large networks on a canvas, instead of vis-network. Shapes are drawn once into small canvases and
 * copied from there; lines are drawn in batches. The first drag makes the canvas larger than its frame by a margin:
 * it is moved, and drawn again only when the margin is used up.
 */
allusion.define((allusion) => {
  'use strict';
  const { data, el } = allusion;
  const [CELL, CHUNK, FAR, GRASP, FEW, MANY, MARGIN] = [96, 1024, 1400, 5, 500, 2000, 256];

  /** @type {Allusion['canvasRenderer']} */
  function canvasRenderer(frame, seen, heard, colors, limit) {
    const { faded, drawLabels, radiusAt, lineStyle, accented } = allusion.networkModel;
    const board = el('canvas', { class: 'board', 'aria-hidden': 'true' });
    frame.append(board);
    const pen = /** @type {CanvasRenderingContext2D} */ (board.getContext('2d'));
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    /** The camera: the point in the middle of the canvas and the scale. */
    let at = { x: 0, y: 0, scale: 1 };
    /** The camera of the last drawing; no scale: the content changed since. */
    let drawn = { x: 0, y: 0, scale: 0 };
    let [width, height, margin, waiting, moving, told] = [0, 0, 0, 0, 0, 0];
    /** @type {Map<string, HTMLCanvasElement>} */ const stamps = new Map();
    /** @type {Map<number, number[]>} */ let cells = new Map();
    /** @type {(() => void)[]} */ let after = [];

    /** @param {Point} point */
    const toPage = ({ x, y }) => ({ x: (x - at.x) * at.scale + width / 2, y: (y - at.y) * at.scale + height / 2 });
    /** @param {Point} point */
    const toPlan = ({ x, y }) => ({ x: (x - width / 2) / at.scale + at.x, y: (y - height / 2) / at.scale + at.y });

    function measure() {
      [width, height] = [frame.clientWidth, frame.clientHeight];
      const [wide, high] = [width + 2 * margin, height + 2 * margin];
      [board.width, board.height] = [Math.round(wide * ratio), Math.round(high * ratio)];
      board.style.cssText = `width: ${wide}px; height: ${high}px; margin: ${-margin}px`;
    }

    function shelve() {
      cells = new Map();
      for (const index of seen.visible) {
        const key = cellOf(seen.x[index], seen.y[index]);
        cells.set(key, [...(cells.get(key) || []), index]);
      }
    }

    /** @param {number} x @param {number} y */
    const cellOf = (x, y) => Math.floor(x / CELL) * 1e6 + Math.floor(y / CELL);

    function redraw() {
      drawn.scale = 0;
      show();
    }

    /** Show the canvas at the camera in the next frame. */
    function show() {
      if (!waiting) waiting = requestAnimationFrame(paint);
    }

    /** The distance in pixels that the last drawing has to be moved; null if it has to be drawn again. */
    function shift() {
      if (drawn.scale !== at.scale) return null;
      const [x, y] = [(drawn.x - at.x) * at.scale, (drawn.y - at.y) * at.scale];
      return Math.max(Math.abs(x), Math.abs(y)) > margin ? null : { x, y };
    }

    /** Move the canvas, or draw it. */
    function paint() {
      waiting = 0;
      const moved = shift();
      const { x, y } = moved || { x: 0, y: 0 };
      board.style.transform = `translate(${Math.round(x * ratio) / ratio}px, ${Math.round(y * ratio) / ratio}px)`;
      if (!moved) drawAll();
      const acts = after;
      after = [];
      acts.forEach((act) => requestAnimationFrame(act));
    }

    function drawAll() {
      drawn = { ...at };
      const palette = colors();
      pen.setTransform(1, 0, 0, 1, 0, 0);
      pen.clearRect(0, 0, board.width, board.height);
      const [across, down] = [
        ratio * (width / 2 + margin - at.x * at.scale),
        ratio * (height / 2 + margin - at.y * at.scale),
      ];
      const inPlan = () => pen.setTransform(ratio * at.scale, 0, 0, ratio * at.scale, across, down);
      inPlan();
      allusion.networkModel.drawAreas(pen, palette);
      discs(palette);
      lines(palette);
      pen.setTransform(1, 0, 0, 1, 0, 0);
      shapes(palette, across, down);
      inPlan();
      drawLabels(pen, at.scale, palette);
      captions(palette);
      if (told !== at.scale) {
        told = at.scale;
        heard.scaled(at.scale);
      }
    }

    /** Draw the circles of folded communities. @param {Colors} palette */
    function discs(palette) {
      pen.fillStyle = palette.card;
      pen.strokeStyle = palette.line;
      pen.lineWidth = 0.75 / at.scale;
      for (const group of seen.folded) {
        pen.beginPath();
        pen.arc(group.x, group.y, group.radius, 0, 2 * Math.PI);
        pen.fill();
        pen.stroke();
      }
    }

    /** Draw the number of folded members, in the font of the labels that were drawn before. @param {Colors} palette */
    function captions(palette) {
      pen.strokeStyle = palette.card;
      pen.fillStyle = palette.muted;
      for (const { words, box } of allusion.networkModel.captions(
        (text) => pen.measureText(text).width * at.scale,
        at.scale,
      )) {
        const [x, y] = [(box[0] + 2) / at.scale, (box[1] + 1) / at.scale];
        pen.strokeText(words, x, y);
        pen.fillText(words, x, y);
      }
    }

    /**
     * Draw the visible lines: a few in the styles of their families, many without. Long ones are faint, for thousands
     * of them would cover everything.
     * @param {Colors} palette
     */
    function lines(palette) {
      const corner = toPlan({ x: -margin, y: -margin });
      const end = toPlan({ x: width + margin, y: height + margin });
      const { shown, edge: chosen } = seen.state;
      /** @type {number[][]} */
      const [near, far, mine, others] = [[], [], [], []];
      for (const index of seen.lines) {
        const { from, to } = data.edges[index];
        const [x1, y1, x2, y2] = [seen.x[from], seen.y[from], seen.x[to], seen.y[to]];
        if (
          (x1 < corner.x && x2 < corner.x) ||
          (x1 > end.x && x2 > end.x) ||
          (y1 < corner.y && y2 < corner.y) ||
          (y1 > end.y && y2 > end.y)
        )
          continue;
        if (from === shown || to === shown) mine.push(index);
        else if (seen.lines.length <= FEW) others.push(index);
        else (Math.abs(x1 - x2) + Math.abs(y1 - y2) > FAR ? far : near).push(x1, y1, x2, y2);
      }
      pen.lineWidth = (seen.lines.length > MANY ? 1 : 1.5) / at.scale;
      pen.strokeStyle = palette.line;
      for (const [ends, usual] of /** @type {[number[], number][]} */ ([
        [far, Math.max(0.05, Math.min(0.3, 1200 / far.length))],
        [near, 0.4],
      ])) {
        pen.globalAlpha = seen.near ? Math.min(0.07, usual) : usual;
        for (let first = 0; first < ends.length; first += CHUNK) {
          pen.beginPath();
          for (let index = first; index < Math.min(ends.length, first + CHUNK); index += 4) {
            pen.moveTo(ends[index], ends[index + 1]);
            pen.lineTo(ends[index + 2], ends[index + 3]);
          }
          pen.stroke();
        }
      }
      const shifts = allusion.headShifts(seen, [...mine, ...others], at.scale, radiusAt);
      /** @param {number} index @param {string} color */
      const draw = (index, color) => arrow(index, color, shifts.get(index) || 0);
      pen.globalAlpha = seen.near ? 0.12 : 0.5;
      for (const index of others) draw(index, palette.line);
      pen.globalAlpha = 1;
      for (const index of mine) draw(index, index === chosen || accented(index) ? palette.accent : palette.line);
    }

    /**
     * Draw an edge in the style of its family, with its arrowhead in front of the target.
     * @param {number} index
     * @param {string} color
     * @param {number} shift how far the arrowhead is moved back, in pixels
     */
    function arrow(index, color, shift) {
      const { from, to } = data.edges[index];
      const [dx, dy] = [seen.x[to] - seen.x[from], seen.y[to] - seen.y[from]];
      const length = Math.hypot(dx, dy) || 1;
      const tip = length - (radiusAt(to, at.scale) + 2 + shift) / at.scale;
      const base = tip - 7 / at.scale;
      /** @param {number} along @param {number} aside @returns {[number, number]} */
      const point = (along, aside) => [
        seen.x[from] + (dx * along - dy * aside) / length,
        seen.y[from] + (dy * along + dx * aside) / length,
      ];
      pen.strokeStyle = color;
      pen.fillStyle = color;
      const { width: thick, dash } = lineStyle(index);
      pen.lineWidth = thick / at.scale;
      pen.setLineDash(dash.map((one) => one / at.scale));
      pen.beginPath();
      const headed = base > 0 && !allusion.isSymmetric([index]);
      pen.moveTo(seen.x[from], seen.y[from]);
      pen.lineTo(...point(headed ? base : tip, 0));
      pen.stroke();
      pen.setLineDash([]);
      if (headed) {
        pen.beginPath();
        pen.moveTo(...point(tip, 0));
        pen.lineTo(...point(base, 3 / at.scale));
        pen.lineTo(...point(base, -3 / at.scale));
        pen.closePath();
        pen.lineWidth = 1.25 / at.scale;
        if (allusion.doubtOf([index])) pen.stroke();
        else pen.fill();
      }
    }

    /** @param {Colors} palette @param {number} across @param {number} down */
    function shapes(palette, across, down) {
      const scale = ratio * at.scale;
      for (let index = seen.order.length - 1; index >= 0; index -= 1) {
        const entityIndex = seen.order[index];
        const [x, y] = [seen.x[entityIndex] * scale + across, seen.y[entityIndex] * scale + down];
        if (x < -60 || y < -60 || x > board.width + 60 || y > board.height + 60) continue;
        const one = stamp(data.entities[entityIndex].kind, radiusAt(entityIndex, at.scale), palette);
        pen.globalAlpha = faded(entityIndex) ? 0.2 : 1;
        pen.drawImage(one, Math.round(x - one.width / 2), Math.round(y - one.height / 2));
      }
      pen.globalAlpha = 1;
      for (const index of new Set([seen.state.focus, seen.state.shown])) {
        pen.strokeStyle = palette.accent;
        pen.lineWidth = 2.5 * ratio;
        pen.beginPath();
        pen.arc(
          seen.x[index] * scale + across,
          seen.y[index] * scale + down,
          ratio * (Math.max(6, radiusAt(index, at.scale)) + 3),
          0,
          2 * Math.PI,
        );
        pen.stroke();
      }
    }

    /**
     * The symbol of a kind at a size, drawn once and cached.
     * @param {string} kind @param {number} radius @param {Colors} palette
     */
    function stamp(kind, radius, palette) {
      const steps = Math.max(2, Math.round(radius * 2));
      const key = `${kind} ${steps} ${palette.line}`;
      let made = stamps.get(key);
      if (made) return made;
      made = document.createElement('canvas');
      made.width = Math.ceil(ratio * (steps * 1.25 + 3));
      made.height = made.width;
      const style = allusion.kindStyle(kind);
      const brush = /** @type {CanvasRenderingContext2D} */ (made.getContext('2d'));
      const size = (ratio * steps) / 2 / 7;
      brush.setTransform(size, 0, 0, size, made.width / 2, made.width / 2);
      const outline = new Path2D(style.path);
      brush.fillStyle = style.color;
      brush.fill(outline);
      if (steps > 7) {
        brush.strokeStyle = palette.line;
        brush.lineWidth = ratio / size;
        brush.stroke(outline);
      }
      stamps.set(key, made);
      return made;
    }

    /** The node, edge or circle under the pointer. @param {Point} point */
    function under(point) {
      const { x, y } = toPlan(point);
      const reach = Math.max(26, GRASP / at.scale);
      let [node, best] = [-1, Infinity];
      for (let column = Math.floor((x - reach) / CELL); column <= Math.floor((x + reach) / CELL); column += 1) {
        for (let row = Math.floor((y - reach) / CELL); row <= Math.floor((y + reach) / CELL); row += 1) {
          for (const index of cells.get(column * 1e6 + row) || []) {
            const away = Math.hypot(seen.x[index] - x, seen.y[index] - y) * at.scale - radiusAt(index, at.scale);
            if (away < GRASP && away < best) [node, best] = [index, away];
          }
        }
      }
      if (node >= 0) return { node };
      const edge = seen.lines.find((index) => beside(index, x, y));
      if (edge !== undefined) return { edge };
      return { group: seen.folded.find((group) => Math.hypot(group.x - x, group.y - y) < group.radius) };
    }

    /** @param {number} index @param {number} x @param {number} y */
    function beside(index, x, y) {
      const { from, to } = data.edges[index];
      const [dx, dy] = [seen.x[to] - seen.x[from], seen.y[to] - seen.y[from]];
      const along = Math.max(
        0,
        Math.min(1, ((x - seen.x[from]) * dx + (y - seen.y[from]) * dy) / (dx * dx + dy * dy || 1)),
      );
      return Math.hypot(seen.x[from] + along * dx - x, seen.y[from] + along * dy - y) * at.scale < 3;
    }

    /** @param {Point} point @param {number} factor */
    function zoomAt(point, factor) {
      const held = toPlan(point);
      at.scale = limit({ ...at, scale: at.scale * factor }).scale;
      at.x = held.x - (point.x - width / 2) / at.scale;
      at.y = held.y - (point.y - height / 2) / at.scale;
      at = limit(at);
      show();
    }

    /** @type {Renderer['move']} */
    function move(to, how) {
      cancelAnimationFrame(moving);
      const [start, end] = [{ ...at }, { ...at, ...to }];
      if (!how) {
        at = end;
        show();
        return;
      }
      const begun = performance.now();
      /** @param {number} now */
      const step = (now) => {
        const share = Math.min(1, (now - begun) / how.duration);
        const eased = share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) ** 2;
        at = {
          x: start.x + (end.x - start.x) * eased,
          y: start.y + (end.y - start.y) * eased,
          scale: start.scale * (end.scale / start.scale) ** eased,
        };
        show();
        if (share < 1) moving = requestAnimationFrame(step);
      };
      moving = requestAnimationFrame(step);
    }

    allusion.gestures(frame, {
      pan: (dx, dy) => {
        if (!margin) {
          margin = MARGIN;
          measure();
          redraw();
        }
        at.x -= dx / at.scale;
        at.y -= dy / at.scale;
        at = limit(at);
        show();
      },
      zoom: zoomAt,
      click: (point) => {
        const { node, edge, group } = under(point);
        heard.click(node, edge, group);
      },
      double: (point) => {
        const { node } = under(point);
        if (node !== undefined) heard.double(node);
      },
      hover: (point) => {
        const { node, edge, group } = under(point);
        frame.style.cursor = node !== undefined || edge !== undefined || group ? 'pointer' : 'grab';
        if (node !== undefined) heard.node(node, point);
        else if (edge !== undefined) heard.edge(edge, point);
        else if (group) heard.group(group, point);
        else heard.away();
      },
      away: heard.away,
    });
    new ResizeObserver(() => {
      measure();
      drawn.scale = 0;
      paint();
    }).observe(frame);
    measure();
    shelve();
    return {
      restyle() {
        shelve();
        redraw();
      },
      redraw,
      toPage,
      move,
      once: (act) => {
        after.push(act);
      },
      scale: () => at.scale,
      middle: () => ({ x: at.x, y: at.y }),
    };
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ canvasRenderer }));
});
