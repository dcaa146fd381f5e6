/** The layouts: focus, timeline, labels of the network. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graph, load, overlapping, random } from './load.mjs';

const next = random(7);
const KINDS = ['film', 'person', 'song', 'place'];
const entities = Array.from({ length: 90 }, (_, index) => ({
  id: `film/thing-${String(index).padStart(3, '0')}`,
  kind: KINDS[index % KINDS.length],
  names: [[`${'Long '.repeat(index % 5)}name ${index}`, 'en']],
  ...(index % 9 ? { year: 1900 + Math.floor(next() * 120) } : {}),
}));
const edges = entities
  .slice(1)
  .flatMap((_, index) => [
    index % 2 ? { from: 0, to: index + 1 } : { from: index + 1, to: 0 },
    { from: index + 1, to: Math.floor(next() * 90), family: 'credit', phrase: 'performed by' },
  ]);
const data = graph(entities, edges);
const NEEDED = ['graph', 'text-metrics', 'focus-layout', 'time-axis', 'timeline-layout', 'label-placement'];

for (const most of [3, 18, Number.POSITIVE_INFINITY]) {
  test(`no box of the focus view covers another (${most} a side)`, () => {
    const allusion = load(NEEDED, data);
    const { blocks, width, height, x, y, card, cardHeight } = allusion.focusLayout(
      0,
      allusion.neighborsOf(0, () => true),
      most,
      400,
    );
    const boxes = blocks.map((block) => [block.x, block.y, block.x + block.width, block.y + block.height]);
    assert.deepEqual(overlapping([...boxes, [x, y, x + card[0], y + cardHeight]]), []);
    for (const [left, top, right, bottom] of boxes) {
      assert.ok(left >= 0 && top >= 0 && right <= width && bottom <= height);
    }
  });
}

test('every neighbor is in the focus view or counted, on the side of its edge', () => {
  const allusion = load(NEEDED, data);
  const beside = allusion.neighborsOf(0, () => true);
  const { blocks } = allusion.focusLayout(0, beside, 5, 400);
  for (const side of ['out', 'in']) {
    const mine = blocks.filter((block) => block.side === side);
    const shown = mine.filter((block) => block.item).length;
    const counted = mine.reduce((sum, block) => sum + block.more, 0);
    assert.equal(shown + counted, beside.filter((item) => item.side === side).length);
  }
});

test('no label of the timeline covers another, and every point is at its year', () => {
  const allusion = load(NEEDED, data);
  const dated = data.entities.map((_, index) => index).filter((index) => data.entities[index].year);
  const { lanes, scale } = allusion.timelineLayout(dated, [], 1, 1200, 600);
  const points = lanes.flatMap((lane) => lane.placed);
  for (const { index, x } of points) assert.ok(Math.abs(x - scale.at(data.entities[index].year)) < 0.06);
  const boxes = points
    .filter((one) => one.label)
    .map(({ x, y, label, anchor }) => {
      const width = allusion.textWidth(label, 12);
      return anchor === 'start' ? [x + 12, y - 8, x + 12 + width, y + 8] : [x - 12 - width, y - 8, x - 12, y + 8];
    });
  assert.deepEqual(overlapping(boxes), []);
  const counted = lanes.flatMap((lane) => lane.crowds).reduce((sum, one) => sum + one.number, 0);
  assert.equal(points.length + counted, dated.length);
});

test('an arc of the timeline ends at the target of its edge', () => {
  const two = graph(
    [
      { id: 'film/a', year: 1960 },
      { id: 'film/b', year: 1990 },
    ],
    [
      { from: 1, to: 0 },
      { from: 0, to: 1 },
    ],
  );
  const { arcs, spot } = load(NEEDED, two).timelineLayout([0, 1], [0, 1], 0, 900, 400);
  for (const { edge, tip, bow } of arcs) {
    const end = spot.get(two.edges[edge].to);
    const start = spot.get(two.edges[edge].from);
    assert.ok(Math.abs(Math.hypot(tip[0] - end.x, tip[1] - end.y) - 9) < 0.01);
    assert.deepEqual(bow[0], [start.x, start.y]);
  }
});

test('labels that are placed do not overlap, and the first ones have precedence', () => {
  const { placeLabels } = load(NEEDED, data);
  const spots = Array.from({ length: 300 }, () => [next() * 800, next() * 500]);
  const box = ([x, y], dy) => [x - 40, y + dy, x + 40, y + dy + 14];
  const shapes = spots.map(([x, y]) => [x - 4, y - 4, x + 4, y + 4]);
  const order = [...spots.keys()];
  const { indices, boxes } = placeLabels(order, (index) => [box(spots[index], 6), box(spots[index], -20)], shapes, 0);
  assert.deepEqual(overlapping(boxes), []);
  assert.equal(boxes.flatMap((one) => shapes.filter((shape) => overlapping([one, shape]).length)).length, 0);
  assert.ok(indices.length > 20 && indices.every((entity, rank) => !rank || entity > indices[rank - 1]));
});
