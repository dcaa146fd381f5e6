/** Pointer gestures on a canvas: drag, wheel, pinch, click. Points are in pixels from the top left corner. */
allusion.define((allusion) => {
  'use strict';
  const [SLACK, TWICE_MS] = [4, 350];

  /** @param {HTMLElement} board @param {Gestures} heard */
  function gestures(board, heard) {
    /** @type {Map<number, {x: number, y: number}>} */ const held = new Map();
    let [travelled, last] = [0, 0];
    /** @param {any} event */
    const spot = (event) => {
      const { left, top } = board.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    const span = () => {
      const [one, other] = [...held.values()];
      return {
        apart: Math.hypot(one.x - other.x, one.y - other.y) || 1,
        middle: { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 },
      };
    };

    board.addEventListener('pointerdown', (event) => {
      if (event.button) return;
      board.setPointerCapture(event.pointerId);
      held.set(event.pointerId, spot(event));
      if (held.size === 1) travelled = 0;
      heard.away();
    });
    board.addEventListener('pointermove', (event) => {
      const point = spot(event);
      const before = held.get(event.pointerId);
      if (!before) {
        if (event.pointerType !== 'touch') heard.hover(point);
        return;
      }
      const earlier = held.size === 2 ? span() : null;
      held.set(event.pointerId, point);
      travelled += Math.hypot(point.x - before.x, point.y - before.y);
      if (earlier) {
        const { apart, middle } = span();
        heard.pan(middle.x - earlier.middle.x, middle.y - earlier.middle.y);
        heard.zoom(middle, apart / earlier.apart);
      } else if (travelled > SLACK) heard.pan(point.x - before.x, point.y - before.y);
    });
    /** @param {any} event */
    const end = (event) => {
      const was = held.get(event.pointerId);
      held.delete(event.pointerId);
      if (!was || event.type === 'pointercancel' || held.size || travelled > SLACK) return;
      if (event.timeStamp - last < TWICE_MS) heard.double(spot(event));
      else heard.click(spot(event));
      last = event.timeStamp;
    };
    board.addEventListener('pointerup', end);
    board.addEventListener('pointercancel', end);
    board.addEventListener('pointerleave', () => heard.away());
    board.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        heard.zoom(spot(event), Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)));
      },
      { passive: false },
    );
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ gestures }));
});
