/** The range slider under the timeline, with a histogram of the years. */
allusion.define((allusion) => {
  'use strict';
  const { data, svg, byId } = allusion;
  const holder = byId('span');
  const HEIGHT = 46;

  /** @param {State} state @param {number[]} indices all that have a year, whatever it is */
  function draw(state, indices) {
    const years = indices.map((index) => data.entities[index].year ?? Number.NaN);
    holder.hidden = years.length < 2;
    if (holder.hidden) return;
    const width = Math.max(280, holder.clientWidth);
    const scale = allusion.timeAxis(years, 20, width - 20);
    const [first, last] = [Math.min(...years), Math.max(...years)];
    let [from, to] = state.years || [first, last];
    const counts = new Map();
    years.forEach((year) => counts.set(year, (counts.get(year) || 0) + 1));
    const most = Math.max(...counts.values());
    const chosen = svg('rect', { class: 'chosen-span', y: 4, height: 26 });
    const captions = [0, 1].map(() => svg('text', { class: 'caption', y: 43, 'text-anchor': 'middle' }));
    const handles = ['First year', 'Last year'].map((label, index) =>
      svg(
        'g',
        {
          class: 'handle',
          role: 'slider',
          tabindex: 0,
          'aria-label': label,
          'aria-valuemin': first,
          'aria-valuemax': last,
          keydown: (event) => byKey(event, index),
        },
        svg('rect', { x: -5, y: 3, width: 10, height: 28, rx: 4 }),
        captions[index],
      ),
    );

    function show() {
      const [a, b] = [scale.at(from), scale.at(to)];
      chosen.setAttribute('x', String(a));
      chosen.setAttribute('width', String(Math.max(2, b - a)));
      [
        [a, from],
        [b, to],
      ].forEach(([x, year], index) => {
        handles[index].setAttribute('transform', `translate(${x} 0)`);
        handles[index].setAttribute('aria-valuenow', String(year));
        captions[index].textContent = String(year);
        // Keep the two numbers apart.
        captions[index].setAttribute('x', b - a < 40 ? String(index ? 16 : -16) : '0');
      });
    }

    function settle() {
      const years_ = from <= first && to >= last ? null : /** @type {[number, number]} */ ([from, to]);
      allusion.navigate({ years: years_ }, { replace: true });
    }

    /** @param {KeyboardEvent} event @param {number} index */
    function byKey(event, index) {
      /** @type {Record<string, number>} */
      const steps = {
        ArrowLeft: -1,
        ArrowDown: -1,
        ArrowRight: 1,
        ArrowUp: 1,
        PageUp: 10,
        PageDown: -10,
        Home: -9999,
        End: 9999,
      };
      const step = steps[event.key];
      if (!step) return;
      event.preventDefault();
      if (index) to = Math.max(from, Math.min(last, to + step));
      else from = Math.min(to, Math.max(first, from + step));
      show();
      settle();
      const again = holder.querySelectorAll('.handle')[index];
      window.addEventListener('hashchange', () => setTimeout(() => holder.querySelectorAll('.handle')[index].focus()), {
        once: true,
      });
      if (again) again.focus();
    }

    /** @param {EventOn<PointerEvent>} event */
    function byPointer(event) {
      /** @param {PointerEvent} one */
      const yearAt = (one) =>
        Math.min(last, Math.max(first, scale.back(one.clientX - holder.getBoundingClientRect().x)));
      const handle = handles.findIndex((one) => one.contains(event.target));
      const fixed = handle >= 0 ? [to, from][handle] : yearAt(event);
      /** @param {PointerEvent} one */
      const move = (one) => {
        const year = yearAt(one);
        [from, to] = [Math.min(fixed, year), Math.max(fixed, year)];
        show();
      };
      const end = () => {
        root.removeEventListener('pointermove', move);
        if (from !== to || handle >= 0) settle();
      };
      root.setPointerCapture(event.pointerId);
      root.addEventListener('pointermove', move);
      root.addEventListener('pointerup', end, { once: true });
      root.addEventListener('pointercancel', end, { once: true });
    }

    const root = svg(
      'svg',
      {
        class: 'picture span',
        viewBox: `0 0 ${width} ${HEIGHT}`,
        width,
        height: HEIGHT,
        role: 'group',
        'aria-label': 'Span of years',
        pointerdown: byPointer,
      },
      svg('rect', { class: 'ground', x: 0, y: 4, width, height: 26, rx: 4 }),
      chosen,
      [...counts].map(([year, number]) =>
        svg('rect', {
          class: 'bar',
          x: scale.at(year) - 1.5,
          width: 3,
          y: 30 - (24 * number) / most,
          height: (24 * number) / most,
        }),
      ),
      handles,
    );
    holder.replaceChildren(root);
    show();
  }

  byId('all-years').addEventListener('click', () => allusion.navigate({ years: null }));

  Object.assign(
    allusion,
    /** @satisfies {Partial<Allusion>} */ ({
      drawYearRange: (state, indices) => {
        byId('all-years').hidden = !state.years;
        draw(state, indices);
      },
    }),
  );
});
