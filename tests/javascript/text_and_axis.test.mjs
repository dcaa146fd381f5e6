/** Text metrics and the time axis. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from './load.mjs';

const { textWidth, truncate, wrapText, cleanText, timeAxis } = load(['graph', 'text-metrics', 'time-axis']);
const TEXTS = ['In the Mood for Love', '重慶森林', 'Days of Being Wild, a film by Wong Kar-wai', 'Love 愛 Liebe', 'xx'];

test('a Chinese character is about twice as wide as a Latin letter', () => {
  assert.ok(textWidth('森', 13) > 1.6 * textWidth('n', 13));
});

test('a text is as wide as its parts, up to rounding', () => {
  for (const text of TEXTS) {
    const sum = [...text].reduce((total, one) => total + textWidth(one, 100), 0);
    assert.ok(Math.abs(textWidth(text, 100) - sum) <= text.length, text);
  }
});

test('a truncated text fits and starts like the whole', () => {
  for (const text of TEXTS) {
    const cut = truncate(text, 13, 60);
    assert.ok(textWidth(cut, 13) <= 60 || cut === '…', cut);
    assert.ok(text.startsWith(cut.replace(/…$/, '')), cut);
  }
});

test('wrapped lines fit, and lose nothing where there are enough of them', () => {
  for (const text of TEXTS) {
    const lines = wrapText(text, 13, 80, 9);
    assert.ok(
      lines.every((line) => textWidth(line, 13) <= 80),
      lines.join('|'),
    );
    assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
  }
});

test('characters that turn the direction of text are removed', () => {
  assert.equal(cleanText('a\u202eb\u0000 c\n d'), 'a b c d');
});

test('the axis is true to scale between its breaks, and its ticks do not collide', () => {
  const axis = timeAxis([-400, 1600, 1782, 1850, 1900, 2000], 100, 1100);
  assert.equal(axis.breaks.length, axis.stretches.length - 1);
  const xs = axis.ticks.map(([, x]) => x);
  assert.ok(
    xs.slice(1).every((x, index) => x - xs[index] >= 34),
    xs.join(),
  );
  const scales = axis.stretches
    .filter(({ first, last }) => last > first)
    .map(({ first, last, left, right }) => (right - left) / (last - first));
  assert.ok(Math.max(...scales) - Math.min(...scales) < 0.2, scales.join());
});

test('a position on the axis leads back to its year', () => {
  const axis = timeAxis([1900, 1910, 1920, 1930, 1940, 1990, 2000], 0, 1000);
  for (const year of [1900, 1913, 1939, 1940, 1991, 2000]) assert.equal(axis.back(axis.at(year)), year);
});

test('one year alone has an axis', () => {
  const { ticks, stretches } = timeAxis([1994], 10, 500);
  assert.deepEqual(ticks, [[1994, 10]]);
  assert.equal(stretches.length, 1);
});
