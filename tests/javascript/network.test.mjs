/** What the network view shows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graph, load, overlapping } from './load.mjs';

const SCRIPTS = [
  'graph',
  'url-state',
  'text-metrics',
  'label-placement',
  'community-areas',
  'network-marks',
  'network-model',
];

function content(number, families = ['reference']) {
  const edges = Array.from({ length: number }, (_, index) => ({
    from: index % 2,
    to: 1 - (index % 2),
    family: families[index % families.length],
  }));
  const data = graph([{ id: 'film/a' }, { id: 'film/b' }], edges);
  data.plan = { x: [0, 100], y: [0, 0], size: [7, 7], painted: false };
  const hash = `#/network/a?kinds=${families.join(',')}`;
  const allusion = load(SCRIPTS, data, { hash });
  allusion.networkModel.update(allusion.state());
  return allusion;
}

test('a few edges between two entities are drawn one by one', () => {
  const { lines, bundles } = content(4).networkModel.seen;
  assert.equal(lines.length, 4);
  assert.equal(bundles.size, 0);
});

test('many edges between two entities are one bundle for each family', () => {
  const { lines, bundles } = content(17, ['reference', 'influence']).networkModel.seen;
  assert.equal(lines.length, 17);
  assert.deepEqual(
    [...bundles.values()].map((edges) => edges.length),
    [9, 8],
  );
  for (const [first, edges] of bundles) assert.equal(first, edges[0]);
});

test('the counts of bundles between two entities lie on different curves', () => {
  const allusion = content(17, ['reference', 'influence', 'comparison', 'derivation']);
  const { bundleCurves, edgeMarks } = allusion;
  const { seen } = allusion.networkModel;
  assert.equal(bundleCurves(seen).size, 3);
  const marks = edgeMarks(seen, 4, []);
  assert.deepEqual(
    marks.map(({ words }) => words),
    ['×5', '×4', '×4', '×4'],
  );
  assert.equal(new Set(marks.map(({ y }) => Math.round(y))).size, 4);
  assert.deepEqual(overlapping(marks.map(({ box }) => box)), []);
});

/** A focus with many neighbors in a narrow cone, of which some are disputed. */
function cone(number) {
  const indices = Array.from({ length: number }, (_, index) => index + 1);
  const data = graph(
    [0, ...indices].map((index) => ({ id: `film/${index}` })),
    indices.map((from) => ({ from, to: 0, disputed: from % 3 === 0 })),
  );
  const angles = [0, ...indices.map((index) => (index * 1.4) / number)];
  const x = angles.map((angle, index) => (index ? 400 * Math.cos(angle) : 0));
  const y = angles.map((angle, index) => (index ? 400 * Math.sin(angle) : 0));
  data.plan = { x, y, size: angles.map(() => 7), painted: false, complete: 99 };
  const allusion = load(SCRIPTS, data, { hash: '#/network/0' });
  allusion.networkModel.update(allusion.state());
  return allusion;
}

for (const [number, apart, farthest] of [
  [12, 10, 60],
  [40, 14, 150],
]) {
  test(`none of ${number} arrowheads covers another one at the same entity`, () => {
    const allusion = cone(number);
    const { seen, radiusAt } = allusion.networkModel;
    const shifts = allusion.headShifts(seen, seen.lines, 1, radiusAt);
    const heads = seen.lines.map((index) => {
      const away = radiusAt(0, 1) + 2 + (shifts.get(index) || 0);
      const { from } = allusion.data.edges[index];
      return [(away * seen.x[from]) / 400, (away * seen.y[from]) / 400];
    });
    for (const [index, one] of heads.entries())
      for (const other of heads.slice(index + 1))
        assert(Math.hypot(one[0] - other[0], one[1] - other[1]) > apart - 0.1);
    assert(Math.max(...shifts.values()) <= farthest);
  });
}

test('counts of several bundles between two near entities do not overlap', () => {
  const families = ['reference', 'influence', 'comparison'];
  const data = graph(
    [{ id: 'film/a' }, { id: 'film/b' }],
    families.flatMap((family) => [
      { from: 0, to: 1, family },
      { from: 0, to: 1, family },
    ]),
  );
  data.plan = { x: [0, 40], y: [0, 30], size: [12, 12], painted: false, complete: 99 };
  const allusion = load(SCRIPTS, data, { hash: '#/network/a' });
  allusion.networkModel.update(allusion.state());
  const { seen, radiusAt } = allusion.networkModel;
  const nodes = seen.order.map((index) => {
    const [x, y, r] = [seen.x[index], seen.y[index], radiusAt(index, 1)];
    return [x - r, y - r, x + r, y + r];
  });
  const marks = allusion.edgeMarks(seen, 1, nodes);
  assert.equal(marks.length, 3);
  assert.deepEqual(overlapping([...nodes, ...marks.map(({ box }) => box)]), []);
});

test('question marks cover neither one another nor a node', () => {
  const allusion = cone(12);
  const { seen, radiusAt } = allusion.networkModel;
  const nodes = seen.order.map((index) => {
    const [x, y, r] = [seen.x[index], seen.y[index], radiusAt(index, 1)];
    return [x - r, y - r, x + r, y + r];
  });
  const marks = allusion.edgeMarks(seen, 1, nodes);
  assert.deepEqual(
    marks.map(({ words }) => words),
    ['?', '?', '?', '?'],
  );
  assert.deepEqual(overlapping([...nodes.slice(0, 1), ...marks.map(({ box }) => box)]), []);
});

/** A network of a focus, two neighbors with leaves, and a pair apart. */
function folded(query) {
  const names = ['focus', 'one', 'two', 'leaf-a', 'leaf-b', 'leaf-c', 'pair-a', 'pair-b'];
  const edges = [
    [0, 1],
    [2, 0],
    [1, 2],
    [1, 3],
    [4, 1],
    [2, 5],
    [6, 7],
  ].map(([from, to]) => ({ from, to }));
  const data = graph(
    names.map((name) => ({ id: `film/${name}` })),
    edges,
  );
  const zeros = names.map(() => 0);
  data.plan = { x: zeros, y: zeros, size: zeros, painted: false, complete: 2 };
  const allusion = load(SCRIPTS, data, { hash: `#/network/focus${query}` });
  return [allusion.networkModel, () => allusion.networkModel.update(allusion.state())];
}

test('leaves fold into their neighbor with a count, and what is apart is left out', () => {
  const [model, update] = folded('');
  update();
  assert.deepEqual([...model.seen.visible].sort(), [0, 1, 2]);
  assert.deepEqual(
    [...model.seen.leaves],
    [
      [1, 2],
      [2, 1],
    ],
  );
  assert.equal(model.seen.apart, 2);
  assert.equal(model.labelText(1), 'film/one +2');
});

test('an entity that is open shows its leaves, and a near camera those of all', () => {
  const [model, update] = folded('?open=one&all=1');
  update();
  assert.deepEqual([...model.seen.visible].sort(), [0, 1, 2, 3, 4, 6]);
  model.setClose(true);
  update();
  assert.deepEqual([...model.seen.visible].sort(), [0, 1, 2, 3, 4, 5, 6, 7]);
});

/** A network of a focus, rings of 100 entities around it, each joined to two of the ring before, and one leaf. */
function rings(query) {
  const edges = [];
  const names = ['focus'];
  for (const ring of [1, 2, 3])
    for (let number = 0; number < 100; number += 1) {
      const index = names.push(`ring-${ring}-${number}`) - 1;
      const before = ring === 1 ? [0] : [index - 100, 1 + (ring - 2) * 100 + ((number + 1) % 100)];
      for (const to of before) edges.push({ from: index, to });
    }
  edges.push({ from: names.push('leaf') - 1, to: 1 });
  const data = graph(
    names.map((name) => ({ id: `film/${name}` })),
    edges,
  );
  const zeros = names.map(() => 0);
  data.plan = { x: zeros, y: zeros, size: zeros, painted: false, complete: 60 };
  const allusion = load(SCRIPTS, data, { hash: `#/network/focus${query}` });
  allusion.networkModel.update(allusion.state());
  return allusion.networkModel.seen;
}

test('all neighbors of the focus are drawn, and others as far as names have room', () => {
  const { visible, leaves, apart } = rings('');
  assert.equal(visible.size, 101);
  assert.deepEqual([...leaves], [[1, 1]]);
  assert.equal(apart, 200);
});

test('the best connected entities of a step are drawn first', () => {
  const edges = [[1, 0]];
  for (let index = 2; index < 122; index += 1) edges.push([index, 1], [index, 2 + ((index - 1) % 120)]);
  // Entity 7 has the most connections of the second step.
  edges.push([7, 90], [7, 91], [7, 92]);
  const data = graph(
    Array.from({ length: 122 }, (_, index) => ({ id: `film/${index}` })),
    edges.map(([from, to]) => ({ from, to })),
  );
  const zeros = Array.from({ length: 122 }, () => 0);
  data.plan = { x: zeros, y: zeros, size: zeros, painted: false, complete: 60 };
  const { networkModel: model, state } = load(SCRIPTS, data, { hash: '#/network/0' });
  for (const [frame, size] of [
    [{ clientWidth: 390, clientHeight: 500 }, 40],
    [{ clientWidth: 900, clientHeight: 600 }, 60],
    [{ clientWidth: 2000, clientHeight: 1500 }, 100],
  ]) {
    model.update(state(), frame);
    assert.equal(model.seen.visible.size, size);
    for (const index of [0, 1, 7, 90, 91, 92]) assert(model.seen.visible.has(index));
    assert.equal(model.seen.apart, 122 - size);
  }
});

test('the layout is turned and stretched to the proportions of the frame', () => {
  const data = graph([{ id: 'film/a' }, { id: 'film/b' }], [{ from: 0, to: 1 }]);
  data.plan = { x: [0, 155], y: [0, 100], size: [7, 7], painted: false, complete: 99 };
  const { networkModel: model, state } = load(SCRIPTS, data, { hash: '#/network/a' });
  const placed = (clientWidth, clientHeight) => {
    model.update(state(), { clientWidth, clientHeight });
    return [model.seen.x[1], model.seen.y[1]].map(Math.round);
  };
  assert.deepEqual(placed(1550, 1000), [155, 100]);
  assert.deepEqual(placed(3000, 1000), [155, 100]);
  assert.deepEqual(placed(1000, 1000), [155, 155]);
  assert.deepEqual(placed(1000, 1550), [100, 155]);
  assert.deepEqual(placed(1000, 1200), [130, 155]);
});

test('all entities are drawn on request', () => {
  const { visible, apart } = rings('?all=1');
  assert.equal(visible.size, 301);
  assert.equal(apart, 0);
});
