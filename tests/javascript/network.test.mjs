/** What the network view shows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graph, load } from './load.mjs';

function content(number, families = ['reference']) {
  const edges = Array.from({ length: number }, (_, place) => ({
    from: place % 2,
    to: 1 - (place % 2),
    family: families[place % families.length],
  }));
  const data = graph([{ id: 'film/a' }, { id: 'film/b' }], edges);
  data.plan = { x: [0, 100], y: [0, 0], size: [7, 7], painted: false };
  const hash = `#/network/a?kinds=${families.join(',')}`;
  const allusion = load(['graph', 'url-state', 'text-metrics', 'label-placement', 'network-model'], data, { hash });
  allusion.networkModel.update(allusion.state());
  return allusion.networkModel.seen;
}

test('a few edges between two entities are drawn one by one', () => {
  const { lines, bundles } = content(4);
  assert.equal(lines.length, 4);
  assert.equal(bundles.size, 0);
});

test('many edges between two entities are one bundle for each family', () => {
  const { lines, bundles } = content(17, ['reference', 'influence']);
  assert.equal(lines.length, 17);
  assert.deepEqual(
    [...bundles.values()].map((edges) => edges.length),
    [9, 8],
  );
  for (const [first, edges] of bundles) assert.equal(first, edges[0]);
});
