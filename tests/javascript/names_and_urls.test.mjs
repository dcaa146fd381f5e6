/** Search for names, and the state in the fragment of the URL. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load, page } from './load.mjs';

const { searchNames, fold, romanizations, data } = load(['graph', 'romanization', 'name-search']);
const found = (text) => searchNames(text).map(({ index, how }) => [data.entities[index].id, how]);

test('a name is found in its own script, romanized, and with a typing error', () => {
  for (const typed of ['重慶森林', 'chungking express', 'CHUNGKING', 'Chungkign Express']) {
    assert.equal(found(typed)[0]?.[0], 'film/chungking-express', typed);
  }
});

test('an exact match comes before a partial one', () => {
  const [, how] = found('Chungking Express')[0];
  assert.equal(how, page.searching.how[0]);
});

test('what nobody is called is not found', () => {
  assert.deepEqual(found('qqqqqq zzzzzz'), []);
  assert.deepEqual(found('   '), []);
});

test('case, accents and width do not count, the voicing of kana does', () => {
  assert.equal(fold('ZESSHŌ'), fold('zessho'));
  assert.equal(fold('ＡＢＣ'), 'abc');
  assert.notEqual(fold('ガ'), fold('カ'));
});

test('two romanizations of one name have a reading in common', () => {
  const readings = (name) =>
    new Set(romanizations(name, '').map(([school, words]) => `${school} ${words.flat().join(' ')}`));
  const [pinyin, wade] = [readings('Zhang Yimou'), readings('Chang I-mou')];
  assert.ok([...pinyin].some((one) => wade.has(one)));
});

const ADDRESSES = [
  '#/focus/chungking-express',
  '#/network/chungking-express?kinds=reference,credit&hide=place',
  '#/timeline/chungking-express?years=1960-1994',
  '#/timeline/chungking-express?all=1&lang=ja',
  '#/path/fallen-angels/chungking-express?hubs=1',
  '#/scene/chungking-express?scene=opening&theme=dark',
  '#/focus/chungking-express?show=fallen-angels&sort=year-&as=list',
];

for (const address of ADDRESSES) {
  test(`the state of ${address} gives the same address`, () => {
    const { state, formatUrl } = load(['graph', 'url-state'], page, { hash: address });
    assert.equal(formatUrl(state()), address);
  });
}

test('an address with the old name of the path view opens the path view', () => {
  const { state, formatUrl } = load(['graph', 'url-state'], page, { hash: '#/chain/fallen-angels/chungking-express' });
  assert.equal(formatUrl(state()), '#/path/fallen-angels/chungking-express');
});

test('the address of a deprecated entity leads to the one that replaces it', () => {
  const renamed = structuredClone(page);
  const index = renamed.entities.findIndex(({ id }) => id === 'film/fallen-angels');
  renamed.entities[index].former = ['film/fallen-seraphs', 'song/fallen-angels'];
  for (const key of ['film:fallen-seraphs', 'fallen-seraphs', 'song:fallen-angels', 'fallen-angels']) {
    const { state, formatUrl } = load(['graph', 'url-state'], renamed, { hash: `#/focus/${key}` });
    assert.equal(state().focus, index, key);
    assert.equal(formatUrl(state()), '#/focus/fallen-angels');
  }
});

test('an address that makes no sense opens the focus view and is reported', () => {
  const { state } = load(['graph', 'url-state'], page, { hash: '#/nowhere/nobody-of-this-name?years=9-1&lang=tlh' });
  assert.deepEqual(
    [state().view, state().focus, state().years, state().lang, state().unknown],
    ['focus', page.focus, null, '', 'nobody-of-this-name'],
  );
});

test('a narrow window opens the list', () => {
  const { state } = load(['graph', 'url-state'], page, { narrow: true });
  assert.equal(state().list, true);
});
