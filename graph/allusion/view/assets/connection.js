/** A connection as text: sentence, quoted line, evidence with stance and source. */
allusion.define((allusion) => {
  'use strict';
  const { data, el, kindIcon, countOf, separated } = allusion;
  /** @type {Record<string, string>} */
  const STANCES = { supports: 'supports', disputes: 'disputes', mentions: 'mentions' };

  /** A button that opens an entity in the panel. @type {Allusion['entityButton']} */
  function entityButton(index) {
    return el(
      'button',
      {
        type: 'button',
        class: 'entity',
        'data-entity': index,
        click: (event) => allusion.openPanel(index, event),
      },
      allusion.nameElement(index),
    );
  }

  /** @param {number | string} one an entity, or the name of something without one */
  function mention(one) {
    return typeof one === 'number' ? entityButton(one) : one;
  }

  /** "223 · The author, 2011 · paragraph 2": a source in one line. @type {Allusion['sourceText']} */
  function sourceText(index) {
    const source = data.sources[index];
    return [source.title || source.url, source.author, source.issued].filter(Boolean).join(', ');
  }

  /** @type {Allusion['evidenceList']} */
  function evidenceList(evidence) {
    if (!evidence?.length) return null;
    return el(
      'ol',
      { class: 'evidence' },
      evidence.map(([index, stance, locator, paraphrase]) => {
        const source = data.sources[index];
        const who = [source.author, source.issued].filter(Boolean).join(', ');
        return el(
          'li',
          { class: stance === 'disputes' ? 'against' : '' },
          el('span', { class: 'stance' }, STANCES[stance] || stance),
          ' ',
          paraphrase,
          el('cite', {}, allusion.sourceLink(source), who && ` · ${who}`, locator && ` · ${locator}`),
        );
      }),
    );
  }

  /** A quoted line with its translations. @type {Allusion['lineQuote']} */
  function lineQuote(line) {
    return el(
      'blockquote',
      {},
      el('p', { lang: line[1] }, line[0]),
      line[2].map(([text, tag]) => el('p', { class: 'translation', lang: tag }, text)),
    );
  }

  /** "disputed" or "doubtful" with the question mark of the drawings. @type {Allusion['doubtLabel']} */
  const doubtLabel = (index) =>
    allusion.isDoubted([index]) && el('strong', { class: 'disputed' }, allusion.doubtOf([index]));

  /** "name drop · explicit · 2 sources", and whether it is in doubt. @param {number} index */
  function edgeMetadata(index) {
    const edge = data.edges[index];
    const certainty = allusion.doubtOf([index]) !== 'doubtful' && edge.certainty;
    return el(
      'p',
      { class: 'marks' },
      [edge.kindLabel, certainty, countOf(edge.sources, 'source', 'sources')].filter(Boolean).join(' · '),
      doubtLabel(index),
    );
  }

  /**
   * A connection as a list item, seen from the entity `from`; `quoted` if its line is shown elsewhere already.
   * @type {Allusion['connectionItem']}
   */
  function connectionItem(index, from, open, quoted = false) {
    const edge = data.edges[index];
    const other = edge.from === from ? edge.to : edge.from;
    const details = [
      ['From', edge.statedFrom],
      ['Scene', edge.scene],
      ['Speaker', edge.speaker],
      ['Reported by', edge.toldBy],
      ['To', edge.addressee],
      ['Language', edge.language],
      ['Channel', edge.channel],
      ...(edge.holders || []).map(([heading, names]) => [heading[0].toUpperCase() + heading.slice(1), names]),
    ].filter(([, value]) => value);
    return el(
      'li',
      { class: 'connection', 'data-edge': index },
      el(
        'p',
        { class: 'way' },
        ![edge.from, edge.to].includes(from) && [kindIcon(data.entities[edge.from].kind), entityButton(edge.from)],
        el('span', { class: 'arrow', 'aria-hidden': 'true' }, edge.to === from ? '←' : '→'),
        el('span', { class: 'unseen' }, edge.to === from ? 'Pointed to by ' : 'Points to '),
        kindIcon(data.entities[other].kind),
        entityButton(other),
      ),
      el('p', { class: 'sentence' }, allusion.sentenceOf(edge)),
      edge.line && !quoted && lineQuote(edge.line),
      edge.notes &&
        !quoted &&
        el(
          'ul',
          { class: 'notes' },
          edge.notes.map((note) => el('li', {}, note)),
        ),
      edge.counterparts &&
        el(
          'p',
          { class: 'analogy' },
          entityButton(edge.from),
          ' : ',
          mention(edge.counterparts[0]),
          '  =  ',
          entityButton(edge.to),
          ' : ',
          mention(edge.counterparts[1]),
        ),
      edgeMetadata(index),
      el(
        'details',
        { open: open || allusion.isDoubted([index]) },
        el('summary', {}, 'Evidence'),
        details.length > 0 &&
          el(
            'dl',
            {},
            details.map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]),
          ),
        edge.details &&
          el(
            'dl',
            { class: 'details' },
            edge.details.map(([property, value, target, sources]) => [
              el('dt', {}, property),
              el(
                'dd',
                {},
                target >= 0 ? entityButton(target) : value,
                el('small', { class: 'by' }, sources.join('; ')),
              ),
            ]),
          ),
        edge.concerns && el('p', { class: 'concerns' }, 'Concerns ', separated(edge.concerns.map(mention), ', ')),
        evidenceList(edge.evidence),
        el(
          'p',
          { class: 'more-ways' },
          el('button', { type: 'button', class: 'plain', click: () => allusion.cite(index) }, 'Cite'),
        ),
      ),
    );
  }

  Object.assign(
    allusion,
    /** @satisfies {Partial<Allusion>} */ ({
      entityButton,
      evidenceList,
      connectionItem,
      sourceText,
      lineQuote,
      doubtLabel,
    }),
  );
});
