/** Access to the data: entities by id, their names in a language, their edges, their styles. */
allusion.define((allusion) => {
  'use strict';
  const { data, el, svg } = allusion;

  /** @type {number[][]} */
  const outgoing = data.entities.map(() => []);
  /** @type {number[][]} */
  const incoming = data.entities.map(() => []);
  data.edges.forEach((edge, index) => {
    outgoing[edge.from].push(index);
    if (edge.from !== edge.to) incoming[edge.to].push(index);
  });
  const indexOf = new Map(data.entities.map((entity, index) => [entity.id, index]));
  const edgeIndexOf = new Map(data.edges.map((edge, index) => [edge.id, index]));

  /**
   * In a URL an entity is its slug, or "film:slug" if two have the same slug; a former id leads to the present one.
   * @type {Map<string, number>}
   */
  const byKey = new Map();
  const slugs = new Map();
  data.entities.forEach(({ id }) => slugs.set(slugOf(id), (slugs.get(slugOf(id)) || 0) + 1));
  data.entities.forEach(({ id, former = [] }, index) => {
    for (const old of former) {
      byKey.set(old.replace('/', ':'), index);
      if (!slugs.has(slugOf(old))) byKey.set(slugOf(old), index);
    }
    byKey.set(id.replace('/', ':'), index);
    if (slugs.get(slugOf(id)) === 1) byKey.set(slugOf(id), index);
  });

  /** @param {string} id */
  function slugOf(id) {
    return id.slice(id.lastIndexOf('/') + 1);
  }

  /** @type {Allusion['keyOf']} */
  function keyOf(index) {
    const { id } = data.entities[index];
    return slugs.get(slugOf(id)) === 1 ? slugOf(id) : id.replace('/', ':');
  }

  /** The preferred languages, best first, as `languages` in Python. */
  function preferredLanguages() {
    const chosen = allusion.state ? allusion.state().lang : '';
    return chosen ? [chosen, ...['en'].filter((one) => one !== chosen)] : data.languages;
  }

  /**
   * The name of an entity in the preferred language; `fallback` if it has none in that language.
   * @type {Allusion['nameOf']}
   */
  function nameOf(index) {
    const entity = data.entities[index];
    const wanted = preferredLanguages();
    const names = entity.names || [];
    for (const tag of [...wanted, 'en']) {
      const found = names.find((name) => name[1] === tag);
      if (found) return { text: found[0], lang: tag, fallback: wanted.length > 0 && tag !== wanted[0] };
    }
    if (names.length) return { text: names[0][0], lang: names[0][1], fallback: true };
    return { text: slugOf(entity.id), lang: '', fallback: false };
  }

  /** The second name in a box; as display_names.secondary_name in Python. @type {Allusion['secondNameOf']} */
  function secondNameOf(index) {
    const entity = data.entities[index];
    const wanted = preferredLanguages();
    const first = nameOf(index).text;
    for (const tag of [...wanted.slice(1), ...(entity.own || data.usual)]) {
      const found = (entity.names || []).find((name) => name[1] === tag);
      const foreign = tag === 'ja' && entity.transcribed && !wanted.includes(tag);
      if (found && found[0] !== first && !foreign) return [found[0], tag];
    }
    return ['', ''];
  }

  /** "1994", "b. 1952" or "". @type {Allusion['yearOf']} */
  function yearOf(entity) {
    if (entity.year === undefined) return '';
    return entity.kind === 'person' ? `b. ${entity.year}` : String(entity.year);
  }

  /** @type {Allusion['kindStyle']} */
  function kindStyle(kind) {
    return Object.hasOwn(data.kinds, kind) ? data.kinds[kind] : data.kinds[''];
  }

  /** The symbol of a kind as an inline SVG. @type {Allusion['kindIcon']} */
  function kindIcon(kind) {
    const style = kindStyle(kind);
    return svg(
      'svg',
      { class: 'glyph-sample', viewBox: '-10 -10 20 20', width: 16, height: 16, 'aria-hidden': 'true' },
      svg('path', { class: 'glyph', d: style.path, fill: style.color }),
    );
  }

  /** The line style of a family as an inline SVG. @type {Allusion['familyLine']} */
  function familyLine(family, thickness) {
    return svg(
      'svg',
      { class: 'dash-sample', viewBox: '0 0 34 10', width: 34, height: 10, 'aria-hidden': 'true' },
      svg('path', {
        class: 'wire',
        d: 'M10 5H34',
        'stroke-width': thickness || 1.75,
        'stroke-dasharray': data.families[family].dash.join(' '),
      }),
      svg('circle', { class: 'switch', cx: 5, cy: 5, r: 4 }),
    );
  }

  /**
   * A name with its language; in italics if it is a fallback.
   * @type {Allusion['nameElement']}
   */
  function nameElement(index) {
    const name = nameOf(index);
    return el(
      'span',
      {
        lang: name.lang,
        class: name.fallback && 'fallback',
        title:
          name.fallback &&
          preferredLanguages()[0] &&
          `No name in ${allusion.languageName(preferredLanguages()[0])} is known`,
      },
      name.text,
    );
  }

  /**
   * The stroke width grows with the number of sources, up to five.
   * @type {Allusion['lineWidth']}
   */
  function lineWidth(sources) {
    return Number((1.25 + 0.45 * (Math.min(Math.max(sources, 1), 5) - 1)).toFixed(2));
  }

  /** @type {Intl.DisplayNames | null} */
  const languageNames = 'DisplayNames' in Intl ? new Intl.DisplayNames(['en'], { type: 'language' }) : null;
  /** @type {Record<string, string>} */
  const ROMANISED = {
    'ja-Latn': 'Japanese, romanized',
    'ko-Latn': 'Korean, romanized',
    'yue-Latn': 'Cantonese, romanized',
    'zh-Latn': 'Mandarin, romanized',
    'zh-Latn-pinyin': 'Mandarin, pinyin',
    'yue-Latn-jyutping': 'Cantonese, Jyutping',
  };

  /** @type {Allusion['languageName']} */
  function languageName(tag) {
    try {
      return (Object.hasOwn(ROMANISED, tag) && ROMANISED[tag]) || (tag && languageNames?.of(tag)) || tag;
    } catch {
      return tag;
    }
  }

  /** Whether edges have no direction, as a marriage. @type {Allusion['isSymmetric']} */
  const isSymmetric = (edges) => edges.every((index) => data.edges[index].id.startsWith('relationship/'));
  /** @type {Allusion['degree']} */
  const degree = (index) => outgoing[index].length + incoming[index].length;
  /** @type {Allusion['sentenceOf']} */
  const sentenceOf = (edge) =>
    edge.sentence || `${nameOf(edge.from).text} ${edge.phrase || edge.kindLabel || ''} ${nameOf(edge.to).text}`;

  /**
   * The uncertainty of edges that are drawn as one line, in one word; as edge_bundles.doubt in Python.
   * @type {Allusion['doubtOf']}
   */
  function doubtOf(indices) {
    const edges = indices.map((index) => data.edges[index]);
    if (edges.some(({ disputed }) => disputed)) return 'disputed';
    const certainties = edges.map(({ certainty = '' }) => certainty);
    if (certainties.includes('doubtful')) return 'doubtful';
    if (!edges.length || !certainties.every((one) => data.uncertain.includes(one))) return '';
    return new Set(certainties).size === 1 ? certainties[0] : 'claimed';
  }

  /** @type {Allusion['isDoubted']} */
  const isDoubted = (indices) => data.doubted.includes(doubtOf(indices));

  /** The text with the uncertainty of the edges in brackets. @type {Allusion['withDoubt']} */
  function withDoubt(text, indices) {
    const word = doubtOf(indices);
    return word ? `${text.replace(/,$/, '')} (${word})` : text;
  }

  /** The sentence with its uncertainty. @type {Allusion['statementOf']} */
  const statementOf = (index) => {
    const sentence = sentenceOf(data.edges[index]);
    const word = doubtOf([index]);
    return word ? `${sentence.replace(/\.$/, '')} (${word}).` : sentence;
  };

  Object.assign(
    allusion,
    /** @satisfies {Partial<Allusion>} */ ({
      doubtOf,
      isDoubted,
      withDoubt,
      statementOf,
      outgoing,
      incoming,
      indexOf,
      edgeIndexOf,
      byKey,
      keyOf,
      nameOf,
      secondNameOf,
      preferredLanguages,
      yearOf,
      kindStyle,
      kindIcon,
      familyLine,
      nameElement,
      lineWidth,
      languageName,
      degree,
      isSymmetric,
      sentenceOf,
    }),
  );
});
