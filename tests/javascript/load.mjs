/** Loads scripts of the page in node, without a browser: those that compute and do not draw. */
import { readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';

const ASSETS = new URL('../../graph/allusion/view/assets/', import.meta.url);

/** The data of a real page, which test_javascript.py writes before it runs these tests. */
export const page = JSON.parse(readFileSync(process.env.ALLUSION_PAGE_DATA ?? '', 'utf8'));

/** The data of a page with these entities and edges. */
export function graph(entities, edges) {
  return {
    ...page,
    scenes: [],
    utterances: [],
    focus: 0,
    entities: entities.map((one) => ({ kind: 'film', names: [[one.id, 'en']], ...one })),
    edges: edges.map((one, index) => ({
      id: `reference/${String(index).padStart(4, '0')}`,
      family: 'reference',
      sources: 1,
      phrase: 'quotes',
      ...one,
    })),
  };
}

/** The object `allusion` after these scripts have run, opened at an address. */
export function load(names, data = page, { hash = '', narrow = false } = {}) {
  const scripts = [];
  const allusion = { data, views: {}, define: (make) => scripts.push(make) };
  const media = { matches: narrow, addEventListener() {} };
  const window = { matchMedia: () => media, addEventListener() {} };
  const document = { documentElement: { dataset: {} } };
  for (const name of names) {
    const path = new URL(`${name}.js`, ASSETS);
    const parameters = ['allusion', 'window', 'document', 'location'];
    const run = compileFunction(readFileSync(path, 'utf8'), parameters, { filename: path.pathname });
    run(allusion, window, document, { hash });
  }
  for (const make of scripts) make(allusion);
  return allusion;
}

/** Numbers between 0 and 1, the same in every run (Lehmer generator). */
export function random(seed) {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** The pairs of rectangles (left, top, right, bottom) that overlap. */
export function overlapping(boxes) {
  return boxes.flatMap((one, index) =>
    boxes
      .slice(index + 1)
      .filter((other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3])
      .map((other) => [one, other]),
  );
}
