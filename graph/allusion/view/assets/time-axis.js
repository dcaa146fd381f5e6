/**
 * A time axis with one scale and breaks in long empty periods, as in layout/time_axis.py, which explains it. A browser
 * test compares both.
 */
allusion.define((allusion) => {
  'use strict';
  const LONG = [14, 30, 60, 120, 250, 500, 1000, 10000];
  const [BROKEN, BREAK, WIDEST, TICK] = [0.3, 46, 64, 52];
  const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
  /** @param {number} value */
  const rounded = (value) => Math.floor(value + 0.5);

  /**
   * Runs of years without a long gap.
   * @param {number[]} ordered @param {number} room @returns {number[][]}
   */
  function spansOf(ordered, room) {
    /** @type {number[][]} */
    let spans = [];
    for (const long of LONG) {
      let span = [ordered[0], ordered[0]];
      spans = [span];
      for (const year of ordered.slice(1)) {
        if (year - span[1] > long) {
          span = [year, year];
          spans.push(span);
        } else span[1] = year;
      }
      if (BREAK * (spans.length - 1) <= BROKEN * room) break;
    }
    return spans;
  }

  /**
   * The axis of at least one year between two x coordinates.
   * @param {number[]} years @param {number} left @param {number} right @returns {TimeAxis}
   */
  function timeAxis(years, left, right) {
    const ordered = [...new Set(years)].sort((one, other) => one - other);
    const spans = spansOf(ordered, right - left);
    const whole = spans.reduce((sum, [first, last]) => sum + last - first, 0);
    const year = whole ? Math.min(WIDEST, (right - left - BREAK * (spans.length - 1)) / whole) : 0;
    let x = left;
    const stretches = spans.map(([first, last]) => {
      const one = { first, last, left: x, right: x + rounded((last - first) * year) };
      x = one.right + BREAK;
      return one;
    });
    const breaks = stretches
      .slice(1)
      .map((next, index) => [rounded((stretches[index].right + next.left) / 2), stretches[index].last, next.first]);
    return {
      stretches,
      breaks,
      ticks: ticksOf(stretches, year),
      at: (wanted) => at(stretches, wanted),
      back: (px) => back(stretches, px),
    };
  }

  /** @param {Stretch} stretch @param {number} year */
  function within(stretch, year) {
    const years = stretch.last - stretch.first;
    return years
      ? stretch.left + rounded(((stretch.right - stretch.left) * (year - stretch.first)) / years)
      : stretch.left;
  }

  /**
   * The x of a year; in a break, which only a slider can reach, its middle.
   * @param {Stretch[]} stretches
   * @param {number} year
   */
  function at(stretches, year) {
    const after = stretches.findIndex((stretch) => year <= stretch.last);
    if (after < 0) return stretches[stretches.length - 1].right;
    const stretch = stretches[after];
    if (year >= stretch.first) return within(stretch, year);
    return after ? rounded((stretches[after - 1].right + stretch.left) / 2) : stretch.left;
  }

  /** The year nearest to an x. @param {Stretch[]} stretches @param {number} px */
  function back(stretches, px) {
    /** @param {Stretch} one */
    const distance = (one) => Math.max(one.left - px, px - one.right, 0);
    const { first, last, left, right } = stretches.reduce((best, one) => (distance(one) < distance(best) ? one : best));
    const share = right > left ? (px - left) / (right - left) : 0;
    return Math.round(first + (last - first) * Math.min(1, Math.max(0, share)));
  }

  /**
   * The labeled years: the ends of every stretch, and between them as many as have room.
   * @param {Stretch[]} stretches
   * @param {number} year
   */
  function ticksOf(stretches, year) {
    const step = STEPS.find((one) => one * year >= TICK) || STEPS[STEPS.length - 1];
    /** @type {number[][]} */
    let ticks = [];
    for (const stretch of stretches) {
      const years = new Set([stretch.first]);
      for (let one = Math.ceil(stretch.first / step) * step; one <= stretch.last; one += step) years.add(one);
      years.add(stretch.last);
      for (const one of [...years].sort((a, b) => a - b)) {
        const x = within(stretch, one);
        const crowded = ticks.filter((tick) => x - tick[1] < Math.floor((TICK * 2) / 3));
        if (crowded.length && (one !== stretch.last || crowded[0][0] === stretch.first)) continue;
        ticks = [...ticks.filter((tick) => !crowded.includes(tick)), [one, x]];
      }
    }
    return ticks;
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ timeAxis }));
});
