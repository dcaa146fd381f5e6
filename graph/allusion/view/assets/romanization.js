/**
 * Normalized forms of names for search: folded text, and syllables by the romanization systems of Mandarin, Cantonese
 * and Japanese. The rules are those of Python and come with the data; a browser test compares the results.
 */
allusion.define((allusion) => {
  'use strict';
  const { folding, romanizing } = allusion.data.searching;
  const [MARKS, GAPS, APOSTROPHE] = [folding.marks, folding.gaps, romanizing.apostrophe].map(
    (pattern) => new RegExp(pattern, 'g'),
  );
  const LETTERS = new RegExp(`^(?:${romanizing.letters})$`);
  const STROKES = new RegExp(`[${Object.keys(folding.strokes).join('')}]`, 'g');
  const { pinyin, wade, jyutping: jyutpingPattern, hongKong: hongKongPattern, mora } = romanizing;
  const [PINYIN, WADE, JYUTPING, HONG_KONG, MORA] = [pinyin, wade, jyutpingPattern, hongKongPattern, mora].map(
    (pattern) => new RegExp(pattern, 'g'),
  );
  const VOWELS_OF_HONG_KONG = new RegExp(Object.keys(romanizing.hongKongVowels).join('|'), 'g');
  const JAPANESE = romanizing.japanese.map(([pattern, put]) => ({ pattern: new RegExp(pattern, 'g'), put }));

  /**
   * Normalize a text: case, width, accents and punctuation do not count.
   * @type {Allusion['fold']}
   */
  function fold(text) {
    const plain = text
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll('ß', 'ss')
      .replaceAll('ς', 'σ')
      .replace(MARKS, '')
      .replace(STROKES, (letter) => folding.strokes[letter]);
    return plain.normalize('NFKC').replace(GAPS, ' ').trim();
  }

  /** @param {Record<string, string>} table @param {string} key */
  const other = (table, key) => (Object.hasOwn(table, key) ? table[key] : key);
  /** @param {string} initial @param {string} final */
  const plain = (initial, final) => (initial === 'y' && final === 'i' ? 'i' : initial + final);
  /** @param {string} initial @param {string} final */
  const cantonese = (initial, final) => (initial === 'y' && final.startsWith('i') ? final : initial + final);

  /**
   * The syllables of a word as matches of a pattern; none if a letter is left over.
   * @param {RegExp} pattern @param {string} word
   */
  function split(pattern, word) {
    if (!LETTERS.test(word)) return [];
    const found = [...word.matchAll(pattern)];
    return found.map(([all]) => all).join('') === word ? found : [];
  }

  /** @param {string} initial @param {string} last */
  function wadeOf(initial, last) {
    let final = last.replaceAll('v', 'u');
    if (final === 'uo' && !['g', 'k', 'h', 'sh'].includes(initial)) final = 'o';
    else if (Object.hasOwn(romanizing.toWadeFinal, `${initial} ${final}`))
      final = romanizing.toWadeFinal[`${initial} ${final}`];
    return plain(other(romanizing.toWade, initial), other(romanizing.wadeFinals, final));
  }

  /** @param {string[]} match */
  function jyutping([, initial, last]) {
    let final = last.replaceAll('aa', 'a').replaceAll('eo', 'u').replaceAll('yu', 'u');
    final = other(romanizing.jyutpingFinals, final);
    return cantonese(initial === 'j' ? 'y' : other(romanizing.cantoneseInitials, initial), final.replace(/^oe/, 'eu'));
  }

  /** @param {string[]} match */
  function hongKong([, initial, last]) {
    const final = last.replace(VOWELS_OF_HONG_KONG, (vowel) => romanizing.hongKongVowels[vowel]);
    return cantonese(
      initial === 'j' ? 'ch' : other(romanizing.cantoneseInitials, initial),
      ['sz', 'tsz', 'tz'].includes(initial) && final === 'e' ? 'i' : final,
    );
  }

  /** @type {Record<string, Record<string, (word: string) => string[]>>} */
  const SYSTEMS = {
    mandarin: {
      pinyin: (word) => split(PINYIN, word).map(([, initial, final]) => wadeOf(initial, final)),
      wadegile: (word) =>
        split(WADE, word).map(([, initial, final]) =>
          plain(other(romanizing.wadeInitials, initial), final.replace(/h$/, '')),
        ),
    },
    cantonese: {
      jyutping: (word) => split(JYUTPING, word).map(jyutping),
      hongkong: (word) => split(HONG_KONG, word).map(hongKong),
    },
    japanese: {
      hepburn: (word) =>
        split(
          MORA,
          JAPANESE.reduce((text, { pattern, put }) => text.replace(pattern, put), word),
        ).map(([all]) => all),
    },
  };

  // Cache the syllables of each word.
  for (const systems of Object.values(SYSTEMS)) {
    for (const [system, syllables] of Object.entries(systems)) {
      /** @type {Map<string, string[]>} */
      const known = new Map();
      systems[system] = (word) => {
        const found = known.get(word) || syllables(word);
        known.set(word, found);
        return found;
      };
    }
  }

  /**
   * The readings of a name by each system, as words of syllables in a common form.
   * @type {Allusion['romanizations']}
   */
  function romanizations(name, languageTag) {
    const words = fold(name.replace(APOSTROPHE, '')).split(' ').filter(Boolean);
    const tag = languageTag.toLowerCase();
    return Object.entries(SYSTEMS).flatMap(([language, systems]) =>
      Object.entries(systems)
        .filter(([system]) => !tag.includes('-latn-') || tag.endsWith(system))
        .map(([, syllables]) => words.map(syllables))
        .filter((read) => read.some((word) => word.length))
        .map(
          (read) =>
            /** @type {[string, string[][]]} */ ([
              language,
              read.map((word, at) => (word.length ? word : [words[at]])),
            ]),
        ),
    );
  }

  /**
   * A reading as one text, with the offsets of its words.
   * @type {Allusion['indexReading']}
   */
  function indexReading(reading) {
    const starts = new Set([0]);
    let at = 0;
    for (const word of reading) {
      at += word.join(' ').length + 1;
      starts.add(at);
    }
    return { text: ` ${reading.flat().join(' ')} `, starts };
  }

  /**
   * Whether a reading contains the syllables in sequence, or word by word.
   * @type {Allusion['readingMatches']}
   */
  function readingMatches(wanted, { text, starts }) {
    /** @param {string[]} syllables */
    const holds = (syllables) => {
      const piece = ` ${syllables.join(' ')} `;
      for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) {
        if (starts.has(at) && starts.has(at + piece.length - 1)) return true;
      }
      return false;
    };
    return holds(wanted.flat()) || wanted.every(holds);
  }

  Object.assign(
    allusion,
    /** @satisfies {Partial<Allusion>} */ ({ fold, romanizations, indexReading, readingMatches }),
  );
});
