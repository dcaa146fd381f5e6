/** The search for the shortest paths between two entities. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graph, load } from './load.mjs';

const films = (number) =>
  Array.from({ length: number }, (_, index) => ({ id: `film/${String(index).padStart(4, '0')}` }));
const search = (data) => load(['graph', 'path-search'], data).findPaths;
const stops = (path) => [path[0].from, ...path.map((hop) => hop.to)];

test('the shortest path is found, whichever way its edges point', () => {
  const data = graph(films(5), [
    { from: 1, to: 0 },
    { from: 1, to: 2 },
    { from: 0, to: 3 },
    { from: 3, to: 4 },
    { from: 4, to: 2 },
  ]);
  const { paths, more } = search(data)(0, 2, () => true, false);
  assert.deepEqual(paths.map(stops), [[0, 1, 2]]);
  assert.equal(more, false);
});

test('of paths of one length connections come before credits', () => {
  const data = graph(films(4), [
    { from: 0, to: 1, family: 'credit' },
    { from: 1, to: 3, family: 'credit' },
    { from: 0, to: 2 },
    { from: 2, to: 3 },
  ]);
  assert.deepEqual(search(data)(0, 3, () => true, false).paths.map(stops), [
    [0, 2, 3],
    [0, 1, 3],
  ]);
});

test('a path goes through a place by a credit only if that is asked for', () => {
  const entities = [{ id: 'film/a' }, { id: 'place/b', kind: 'place' }, { id: 'film/c' }];
  const data = graph(entities, [
    { from: 0, to: 1, family: 'story' },
    { from: 2, to: 1, family: 'story' },
  ]);
  assert.deepEqual(search(data)(0, 2, () => true, false).paths, []);
  assert.deepEqual(search(data)(0, 2, () => true, true).paths.map(stops), [[0, 1, 2]]);
});

test('without a path, the number of entities that each end reaches is known', () => {
  const data = graph(films(5), [
    { from: 0, to: 1 },
    { from: 2, to: 3 },
    { from: 3, to: 4 },
  ]);
  assert.deepEqual(
    search(data)(0, 2, () => true, false),
    { paths: [], more: false, reach: [1, 2] },
  );
});

test('edges that the filter excludes and doubtful ones are not used', () => {
  const data = graph(films(3), [
    { from: 0, to: 1 },
    { from: 1, to: 2, certainty: 'doubtful' },
    { from: 0, to: 2 },
  ]);
  assert.equal(search(data)(1, 2, (index) => index !== 2, false).paths.length, 0);
});

test('of more than 500 paths the count is cut, and that is reported', () => {
  const edges = [...Array(501).keys()].flatMap((index) => [
    { from: 0, to: index + 2 },
    { from: index + 2, to: 1 },
  ]);
  const { paths, more } = search(graph(films(503), edges))(0, 1, () => true, false);
  assert.deepEqual([paths.length, more], [500, true]);
});
