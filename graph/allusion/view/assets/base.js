/**
 * What the page knows, and how it writes: text goes in as text, never as markup.
 *
 * @typedef {[string, string]} Span  a run of text and its language tag
 * @typedef {[string, number, Span[]]} Row  role, baseline, runs
 * @typedef {[number, number, Row[]]} Box  width, height, rows
 * @typedef {{id: string, kind: string, type?: string, name: string, lang?: string, year?: number,
 *   names?: Span[], aliases?: Span[], description?: string, makers?: string[],
 *   links?: {site: string, url?: string, id?: string, unsure?: boolean, confidence?: number, note?: string}[],
 *   facts?: [string, string, number, string[]][],
 *   remarks?: {text?: string, holder?: string, opinion?: boolean, disputes?: boolean, evidence?: Evidence[]}[],
 *   box: Box, card: Box}} Entity
 * @typedef {[number, string, string, string]} Evidence  place of the source, stance, locator, paraphrase
 * @typedef {{id: string, from: number, to: number, family: string, kind?: string, kindLabel?: string,
 *   phrase?: string, label: [number, string[]], sentence?: string, certainty?: string,
 *   statedFrom?: string, madeBy?: string[], scene?: string, speaker?: string, toldBy?: string,
 *   addressee?: string, language?: string, channel?: string, line?: [string, string, Span[]],
 *   counterparts?: (number|string)[], concerns?: (number|string)[], evidence?: Evidence[],
 *   sources: number, disputed?: boolean}} Edge
 */
(function () {
  'use strict';

  const data = JSON.parse(document.getElementById('data').textContent);

  /** @type {Map<string, number>} */
  const placeOf = new Map(data.entities.map((entity, place) => [entity.id, place]));
  /** @type {Map<string, number>} */
  const edgePlaceOf = new Map(data.edges.map((edge, place) => [edge.id, place]));
  /** @type {number[][]} */
  const outgoing = data.entities.map(() => []);
  /** @type {number[][]} */
  const incoming = data.entities.map(() => []);
  data.edges.forEach((edge, place) => {
    outgoing[edge.from].push(place);
    if (edge.from !== edge.to) incoming[edge.to].push(place);
  });

  /**
   * An element with attributes and children; strings become text nodes. A function
   * under a name such as "click" listens.
   * @param {string} name @param {Object<string, any>} [attributes] @param {...any} children
   */
  function el(name, attributes, ...children) {
    return fill(document.createElement(name), attributes, children);
  }

  /** @param {string} name @param {Object<string, any>} [attributes] @param {...any} children */
  function svg(name, attributes, ...children) {
    return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
  }

  function fill(node, attributes, children) {
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === undefined || value === null || value === false || value === '') continue;
      if (typeof value === 'function') node.addEventListener(key, value);
      else node.setAttribute(key, value === true ? '' : String(value));
    }
    for (const child of children.flat(Infinity)) {
      if (child !== undefined && child !== null && child !== false && child !== '') node.append(child);
    }
    return node;
  }

  /** A link out of the page where the address may be followed, else its text. */
  function linkOut(url, ...children) {
    if (typeof url !== 'string' || !url.startsWith('https://')) return el('span', {}, ...children);
    return el('a', { href: url, rel: 'noopener noreferrer', target: '_blank' }, ...children);
  }

  /** The small shape of a kind, as a picture of its own. */
  function glyph(kind) {
    const style = kindStyle(kind);
    return svg('svg', { class: 'glyph-sample', viewBox: '-10 -10 20 20', width: 16, height: 16, 'aria-hidden': 'true' },
      svg('path', { class: 'glyph', d: style.path, fill: style.colour }));
  }

  function kindStyle(kind) {
    return Object.hasOwn(data.kinds, kind) ? data.kinds[kind] : data.kinds[''];
  }

  /** "1994", "b. 1952" or "". */
  function yearOf(entity) {
    if (entity.year === undefined) return '';
    return entity.kind === 'person' ? `b. ${entity.year}` : String(entity.year);
  }

  function byId(id) {
    return document.getElementById(id);
  }

  window.allusion = { data, placeOf, edgePlaceOf, outgoing, incoming, el, svg, linkOut, glyph, kindStyle, yearOf, byId };
})();
