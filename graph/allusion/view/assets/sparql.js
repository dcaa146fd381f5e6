/**
 * A SPARQL 1.1 query that returns the edges of the view. Filters become patterns of the query; a selection that no
 * query can express (shortest paths, a range of years) becomes a list of values.
 */
allusion.define((allusion) => {
  'use strict';
  const { data } = allusion;
  /** @type {Record<string, string>} */
  const CLASSES = {
    reference: 'al:Reference',
    influence: 'al:Influence',
    comparison: 'al:Comparison',
    derivation: 'al:Derivation',
  };

  /** The graph pattern of each family; every pattern binds ?from and ?to. */
  const BLOCKS = {
    credit: '{ ?edge al:inWork ?from ; al:performer|al:contributor ?to }',
    story: '{ ?from al:presentIn|al:setIn|al:shotAt ?to }',
    tie: '{ ?edge al:party ?from , ?to ; al:relationshipType ?type FILTER(STR(?from) < STR(?to)) }',
    part: '{ ?from al:partOfSeries|al:member|al:recordingOf|al:locatedIn ?to }',
  };

  /** @param {string} one */
  const percentEncoded = (one) => `%${one.charCodeAt(0).toString(16).padStart(2, '0')}`;
  /** An IRI in the syntax of SPARQL 1.1 (rule 139, IRIREF). @param {string} id */
  const iri = (id) => `<${data.base}${id.replace(/[\x00-\x20<>"{}|^`\\]/g, percentEncoded)}>`;
  /** @param {string} text */
  const comment = (text) => `# ${allusion.cleanText(text)}`;

  /** @param {string[]} classes @param {string} indent */
  function connections(classes, indent) {
    return [
      `{ VALUES ?class { ${classes.join(' ')} }`,
      '  ?edge a ?class ; al:from ?stated ; al:to ?to .',
      // A character may be in several works; the picture draws the first of them.
      '  OPTIONAL { SELECT ?edge (MIN(?any) AS ?work) WHERE { ?edge al:fromWork ?any } GROUP BY ?edge }',
      '  BIND(COALESCE(?work, ?stated) AS ?from) }',
    ]
      .map((line) => indent + line)
      .join('\n');
  }

  /** @param {State} state */
  function conditions(state) {
    const found = [];
    const focus = iri(data.entities[state.focus].id);
    const around = state.view === 'focus' || (state.view === 'timeline' && !state.all);
    if (around) found.push(`FILTER(?from = ${focus} || ?to = ${focus})`);
    for (const kind of state.hidden) {
      const start = JSON.stringify(`${data.base}${kind}/`);
      /** @param {string} end */
      const visible = (end) => `${around ? `?${end} = ${focus} || ` : ''}!STRSTARTS(STR(?${end}), ${start})`;
      found.push(`FILTER(${visible('from')})`, `FILTER(${visible('to')})`);
    }
    return found;
  }

  /** @type {Allusion['sparqlOf']} */
  function query(state) {
    const chosen = state.years || state.only.size || state.of.size || ['path', 'compare', 'scene'].includes(state.view);
    const about = `${allusion.nameOf(state.focus).text}: the connections of the ${state.view} view`;
    const head = [comment(about), `PREFIX al: <${data.base}ontology#>`];
    if (chosen) return [...head, ...named(state)].join('\n');
    const families = allusion.familiesInView();
    const classes = Object.keys(CLASSES)
      .filter((name) => families.has(name))
      .map((name) => CLASSES[name]);
    const blocks = [
      classes.length && connections(classes, '  '),
      families.has('credit') && `  ${BLOCKS.credit}`,
      families.has('story') && `  ${BLOCKS.story}\n  UNION\n  ${BLOCKS.tie}`,
      families.has('part') && `  ${BLOCKS.part}`,
    ].filter(Boolean);
    return [
      ...head,
      'SELECT DISTINCT ?from ?to ?edge WHERE {',
      blocks.join('\n  UNION\n') || '  FILTER(false)',
      ...conditions(state).map((line) => `  ${line}`),
      '} ORDER BY ?from ?to ?edge',
    ].join('\n');
  }

  /** The edges of the view as a list of values. @param {State} state */
  function named(state) {
    const rows = allusion.views[state.view]
      .edges(state)
      .map((index) => data.edges[index])
      .map((edge) => `    (${iri(data.entities[edge.from].id)} ${iri(data.entities[edge.to].id)} ${iri(edge.id)})`);
    return [
      'PREFIX dcterms: <http://purl.org/dc/terms/>',
      'SELECT ?from ?to ?edge ?sentence WHERE {',
      '  VALUES (?from ?to ?edge) {',
      ...rows,
      '  }',
      '  OPTIONAL { ?edge dcterms:description ?sentence FILTER(LANG(?sentence) = "en") }',
      '} ORDER BY ?from ?to ?edge',
    ];
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ sparqlOf: query }));
});
