/**
 * Search by names in any script, tolerant of accents, case, word order, romanization and typing errors. The rules are
 * those of the Python package `search`, which explains them; a browser test compares both.
 */
allusion.define((allusion) => {
  'use strict';
  const { data } = allusion;
  const HOW = data.searching.how;
  const [EXACT, BEGINNING, WORD, PART, INSIDE, SCRIPTS, SPELLING, TYPO] = HOW.keys();
  const [SHORTEST_FOR_TYPOS, LONGEST] = [4, 1000];
  const IDEOGRAPH = new RegExp(`[${data.searching.ideographs}]`, 'u');
  const IN_IDEOGRAPHS = new RegExp(`[${data.searching.ideographs}]+`, 'gu');
  /** Stands for an apostrophe in a folded name; folding keeps it. */
  const ELIDED = '\ue000';
  const LETTER = '[\\p{L}\\p{N}_]';
  /** @param {string} folded */
  const wordsOf = (folded) => folded.split(' ').filter(Boolean);
  /** @type {SearchedName[]} */
  let names = [];
  /** The names of each entity. @type {SearchedName[][]} */
  let own = [];
  /** @type {Set<string>} */
  let vocabulary = new Set();

  function index() {
    if (names.length) return;
    own = data.entities.map((entity, index) =>
      [...(entity.names || []), ...(entity.aliases || []), ...formerNames(entity)].map(([text, lang]) => {
        const folded = allusion.fold(text);
        return {
          index,
          text,
          lang,
          folded,
          words: wordsOf(folded),
          squeezed: folded.replaceAll(' ', ''),
          readings: null,
        };
      }),
    );
    names = own.flat();
    vocabulary = new Set(names.flatMap((name) => name.words));
  }

  /**
   * The prefixed names and slugs of the deprecated ids of an entity, which the index of names has as aliases too.
   * @param {Entity} entity
   * @returns {LanguageText[]}
   */
  function formerNames({ former = [] }) {
    return former.flatMap((id) => [id.replace('/', ':'), id.slice(id.indexOf('/') + 1)]).map((text) => [text, '']);
  }

  /**
   * The readings of a name. A name in English may be a romanization; a name in French is not.
   * @param {SearchedName} name
   */
  function readingsOf(name) {
    if (!name.readings) {
      const romanized = /^(en|zh|yue|ja|$)/i.test(name.lang);
      name.readings = (romanized ? allusion.romanizations(name.text, name.lang) : []).map(([language, reading]) => ({
        language,
        ...allusion.indexReading(reading),
      }));
    }
    return name.readings;
  }

  /** @typedef {ReturnType<typeof query>} Query @typedef {{ index: number, text: string, lang: string }} Found */
  /** @typedef {(name: Found, rank: number) => void} Keep */

  /** The normalized forms of a search text. @param {string} text */
  function query(text) {
    const folded = allusion.fold(text);
    const apart = [...new Set(folded.match(IN_IDEOGRAPHS) || [])].sort(
      (one, other) => [...other].length - [...one].length,
    );
    const rest = wordsOf(folded.replace(IN_IDEOGRAPHS, ' ')).join(' ');
    const parts = [...apart, rest].filter(Boolean);
    return {
      folded,
      pieces: [...new Set(wordsOf(folded))],
      squeezed: folded.replaceAll(' ', ''),
      spelled: allusion.romanizations(text, ''),
      parts: apart.length && parts.length > 1 ? parts : [],
    };
  }

  /**
   * How well a name matches a query, from EXACT to INSIDE; -1 if it does not.
   * @param {Query} typed @param {SearchedName} name
   */
  function rank(typed, { folded, words, squeezed }) {
    if (folded === typed.folded || squeezed === typed.squeezed) return EXACT;
    if (folded.startsWith(typed.folded)) return BEGINNING;
    /** @param {string} piece */
    const begins = (piece) =>
      IDEOGRAPH.test(piece) ? squeezed.includes(piece) : words.some((word) => word.startsWith(piece));
    if (typed.pieces.every((piece) => words.includes(piece))) return WORD;
    if (typed.pieces.every(begins)) return PART;
    return typed.pieces.every((piece) => ([...piece].length > 2 && squeezed.includes(piece)) || begins(piece))
      ? INSIDE
      : -1;
  }

  /**
   * A name with an apostrophe: its other words, and patterns of the words in which the apostrophe stands for letters.
   * @param {string} text
   */
  function elidedWords(text) {
    const words = wordsOf(allusion.fold(text.replace(/['’‘]/g, ELIDED)));
    const patterns = words.filter((word) => word.includes(ELIDED)).flatMap(elidedPattern);
    return { plain: words.flatMap((word) => word.split(ELIDED)).filter(Boolean), patterns };
  }

  /** @param {string} word @returns {RegExp[]} */
  function elidedPattern(word) {
    if (word === `${ELIDED}n${ELIDED}`) return [/^and$/];
    const [before = '', after = '', ...more] = word.split(ELIDED);
    if (more.length || [...before, ...after].length < 2) return [];
    /** @param {string} text */
    const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    return [new RegExp(`^${escaped(before)}${LETTER}${before ? '' : '{1,2}'}${escaped(after)}$`, 'u')];
  }

  /** @param {Query} typed @param {SearchedName} name @returns {boolean} */
  function isElision({ pieces }, { text }) {
    if (!/['’‘]/.test(text)) return false;
    const { plain, patterns } = elidedWords(text);
    /** @param {string} piece */
    const inElided = (piece) =>
      [...piece].length > 2 &&
      [...piece].length <= 24 &&
      !IDEOGRAPH.test(piece) &&
      patterns.some((pattern) => pattern.test(piece));
    return (
      pieces.some(inElided) && pieces.every((piece) => inElided(piece) || plain.some((word) => word.startsWith(piece)))
    );
  }

  /** @param {Query} typed @param {SearchedName} name @returns {boolean} */
  const isSpelling = (typed, name) => isElision(typed, name) || isRomanization(typed, name);

  /** @param {Query} typed @param {SearchedName} name @returns {boolean} */
  const isRomanization = (typed, name) =>
    typed.spelled.length > 0 &&
    readingsOf(name).some((reading) =>
      typed.spelled.some(
        ([language, wanted]) => language === reading.language && allusion.readingMatches(wanted, reading),
      ),
    );

  /**
   * Whether two words differ by one insertion, deletion, substitution or transposition of letters
   * (Damerau-Levenshtein distance 1).
   * @param {string} one @param {string} other
   */
  function oneEdit(one, other) {
    const shortest = IDEOGRAPH.test(one) ? 3 : SHORTEST_FOR_TYPOS;
    if (Math.abs(one.length - other.length) > 2 || one === other) return false;
    const [a, b] = [[...one], [...other]];
    if (Math.min(a.length, b.length) < shortest || Math.abs(a.length - b.length) > 1) return false;
    let start = 0;
    while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
    const [rest, beside] = [a.slice(start), b.slice(start)];
    /** @param {string[]} x @param {string[]} y */
    const same = (x, y) => x.join('') === y.join('');
    return (
      same(rest.slice(1), beside.slice(1)) ||
      same(rest.slice(1), beside) ||
      same(rest, beside.slice(1)) ||
      (same(rest.slice(0, 2), beside.slice(0, 2).reverse()) && same(rest.slice(2), beside.slice(2)))
    );
  }

  /** The best matching name of each entity, by index of the entity. @param {string} text */
  function look(text) {
    const typed = query(text);
    /** @type {Map<number, {index: number, text: string, lang: string, rank: number}>} */
    const best = new Map();
    if (!typed.folded || typed.folded.length > LONGEST) return best;
    /** @type {Keep} */
    const keep = ({ index, text: named, lang }, found) => {
      const before = best.get(index);
      if (!before || found < before.rank) best.set(index, { index, text: named, lang, rank: found });
    };
    for (const name of names) {
      const found = rank(typed, name);
      if (found >= 0) keep(name, found);
    }
    inScripts(typed, keep);
    for (const name of names) if (!best.has(name.index) && isSpelling(typed, name)) keep(name, SPELLING);
    if (!best.size) typos(typed, keep);
    return best;
  }

  /** Entities that have a name for each script of the query. @param {Query} typed @param {Keep} keep */
  function inScripts(typed, keep) {
    if (!typed.parts.length) return;
    const [first, ...others] = typed.parts;
    const wanted = others.map(query);
    for (const one of look(first).values()) {
      if (wanted.every((part) => own[one.index].some((name) => rank(part, name) >= 0 || isSpelling(part, name))))
        keep(one, SCRIPTS);
    }
  }

  /** @param {Query} typed @param {Keep} keep */
  function typos(typed, keep) {
    const near = typed.pieces.map(
      (piece) => new Set([...vocabulary].filter((word) => word.startsWith(piece) || oneEdit(piece, word))),
    );
    if (near.some((words) => !words.size)) return;
    for (const name of names) if (near.every((words) => name.words.some((word) => words.has(word)))) keep(name, TYPO);
  }

  /**
   * The entities with a matching name, the best match first, then the best connected.
   * @type {Allusion['searchNames']}
   */
  function searchNames(text) {
    index();
    return [...look(text).values()]
      .sort(
        (one, other) =>
          one.rank - other.rank || allusion.degree(other.index) - allusion.degree(one.index) || one.index - other.index,
      )
      .map((one) => ({ ...one, how: HOW[one.rank] }));
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ searchNames }));
});
