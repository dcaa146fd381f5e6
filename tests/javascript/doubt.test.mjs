/** The uncertainty of edges in one word. Python: tests/view/test_doubt.py. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { graph, load } from './load.mjs';

const word = (...edges) => {
  const data = graph(
    [{ id: 'film/a' }, { id: 'film/b' }],
    edges.map((one) => ({ from: 0, to: 1, ...one })),
  );
  return load(['graph'], data).doubtOf(edges.map((_, index) => index));
};

test('a line is as uncertain as its edges', () => {
  assert.equal(word({ certainty: 'claimed' }, { certainty: 'claimed' }), 'claimed');
  assert.equal(word({ certainty: 'claimed' }, { certainty: 'reported' }), 'claimed');
  assert.equal(word({ certainty: 'explicit' }, { certainty: 'claimed' }), '');
  assert.equal(word({ certainty: 'explicit' }, { certainty: 'doubtful' }), 'doubtful');
  assert.equal(word({ certainty: 'doubtful', disputed: true }), 'disputed');
  assert.equal(word({}), '');
});

test('the word follows the text in brackets', () => {
  const data = graph([{ id: 'film/a' }, { id: 'film/b' }], [{ from: 0, to: 1, certainty: 'claimed' }]);
  const { withDoubt, statementOf } = load(['graph'], data);
  assert.equal(withDoubt('echoes, says a blogger,', [0]), 'echoes, says a blogger (claimed)');
  assert.equal(withDoubt('quotes', []), 'quotes');
  assert.equal(statementOf(0), 'film/a quotes film/b (claimed).');
});
