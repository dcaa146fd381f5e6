/** The tokens that the SPARQL editor colors. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compileFunction } from 'node:vm';

const path = new URL('../../graph/allusion/web/assets/colors.js', import.meta.url);
compileFunction(readFileSync(path, 'utf8'), [], { filename: path.pathname })();
const tokens = globalThis.sparqlTokens;
const kinds = (text) =>
  tokens(text)
    .filter(([, part]) => part.trim())
    .map(([kind, part]) => [part.trim(), kind]);
const kind = (text, part) => Object.fromEntries(kinds(text))[part];

const QUERY = `# Films # and more
PREFIX al: <https://w3id.org/allusion/ontology#>
SELECT ?film (COUNT(DISTINCT ?x) AS ?n) WHERE {
  ?film a al:Film ; rdfs:label "It's \\"2046\\""@zh-Hant , '''a " b''' .
  GRAPH ?來源 { ?film al:minutes 98.5 } FILTER(?n > 3 && ?n < 5 || true)
}`;

test('each part of a query has its kind', () => {
  const wanted = {
    '# Films # and more': 'comment',
    '<https://w3id.org/allusion/ontology#>': 'iri',
    SELECT: 'keyword',
    '?film': 'variable',
    COUNT: 'function',
    a: 'keyword',
    'al:Film': 'name',
    '"It\'s \\"2046\\""@zh-Hant': 'string',
    "'''a \" b'''": 'string',
    '?來源': 'variable',
    98.5: 'number',
    true: 'number',
    FILTER: 'keyword',
  };
  for (const [part, expected] of Object.entries(wanted)) assert.equal(kind(QUERY, part), expected, part);
});

test('the tokens together are the text, whatever it is', () => {
  const texts = [
    QUERY,
    '',
    '"open',
    "'''open\n\n",
    '<not an iri',
    '😀 ?x\u0000\t',
    '\\',
    '??$',
    'a:b.c. :x _:b0 ex:a%20',
  ];
  for (const text of texts) {
    assert.equal(
      tokens(text)
        .map(([, part]) => part)
        .join(''),
      text,
    );
  }
});

test('comparisons are not IRIs, and a # in an IRI is no comment', () => {
  assert.equal(kind('FILTER(?a < ?b && ?c > ?d)', '?c'), 'variable');
  assert.deepEqual(kinds('<urn:a#b> # c'), [
    ['<urn:a#b>', 'iri'],
    ['# c', 'comment'],
  ]);
});

test('a dot after a name ends the statement', () => {
  assert.equal(kind('?a al:to film:2046.', 'film:2046'), 'name');
});

test('a long text takes time in proportion to its length', () => {
  const counted = tokens(`${'?a al:to "x" . # y\n'.repeat(5000)}`);
  assert.equal(counted.filter(([one]) => one === 'variable').length, 5000);
});
