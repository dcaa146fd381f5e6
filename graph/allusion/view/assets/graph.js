/** Access to the data: entities by id, their names in a language, their edges, their styles. */
allusion.define((allusion) => {
  'use strict';
  const { data, el, svg } = allusion;

  /** @type {number[][]} */
  const outgoing = data.entities.map(() => []);
  /** @type {number[][]} */
  const incoming = data.entities.map(() => []);
  data.edges.forEach((edge, place) => {
    outgoing[edge.from].push(place);
    if (edge.from !== edge.to) incoming[edge.to].push(place);
  });
  const placeOf = new Map(data.entities.map((entity, place) => [entity.id, place]));
  const edgePlaceOf = new Map(data.edges.map((edge, place) => [edge.id, place]));

  /**
   * In a URL an entity is its slug, or "film:slug" if two have the same slug; a former id leads to the present one.
   * @type {Map<string, number>}
   */
  const byKey = new Map();
  const slugs = new Map();
  data.entities.forEach(({ id }) => slugs.set(slugOf(id), (slugs.get(slugOf(id)) || 0) + 1));
  data.entities.forEach(({ id, former = [] }, place) => {
    for (const old of former) {
      byKey.set(old.replace('/', ':'), place);
      if (!slugs.has(slugOf(old))) byKey.set(slugOf(old), place);
    }
    byKey.set(id.replace('/', ':'), place);
    if (slugs.get(slugOf(id)) === 1) byKey.set(slugOf(id), place);
  });

  /** @param {string} id */
  function slugOf(id) {
    return id.slice(id.lastIndexOf('/') + 1);
  }

  /** @type {Allusion['keyOf']} */
  function keyOf(place) {
    const { id } = data.entities[place];
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
  function nameOf(place) {
    const entity = data.entities[place];
    const wanted = preferredLanguages();
    const names = entity.names || [];
    for (const tag of [...wanted, 'en']) {
      const found = names.find((name) => name[1] === tag);
      if (found) return { text: found[0], lang: tag, fallback: wanted.length > 0 && tag !== wanted[0] };
    }
    if (names.length) return { text: names[0][0], lang: names[0][1], fallback: true };
    return { text: slugOf(entity.id), lang: '', fallback: false };
  }

  /** The second name in a box; as display_names.second_name in Python. @type {Allusion['secondNameOf']} */
  function secondNameOf(place) {
    const entity = data.entities[place];
    const wanted = preferredLanguages();
    const first = nameOf(place).text;
    for (const tag of [...wanted.slice(1), ...(entity.own || []), ...data.usual]) {
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
      { class: 'dash-sample', viewBox: '0 0 40 10', width: 40, height: 10, 'aria-hidden': 'true' },
      svg('path', {
        class: 'wire',
        d: 'M10 5H40',
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
  function nameElement(place) {
    const name = nameOf(place);
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
    'ja-Latn': 'Japanese, romanised',
    'ko-Latn': 'Korean, romanised',
    'yue-Latn': 'Cantonese, romanised',
    'zh-Latn': 'Mandarin, romanised',
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
  const isSymmetric = (edges) => edges.every((place) => data.edges[place].id.startsWith('relationship/'));
  /** @type {Allusion['degree']} */
  const degree = (place) => outgoing[place].length + incoming[place].length;
  /** @type {Allusion['sentenceOf']} */
  const sentenceOf = (edge) =>
    edge.sentence || `${nameOf(edge.from).text} ${edge.phrase || edge.kindLabel || ''} ${nameOf(edge.to).text}`;

  Object.assign(
    allusion,
    /** @satisfies {Partial<Allusion>} */ ({
      outgoing,
      incoming,
      placeOf,
      edgePlaceOf,
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
