/**
 * The context of the lines of a scene as a tree: people named in them, their partners, the works in which both appear,
 * and the releases of these works where the work is set. The query what-to-know answers it with sources.
 */
allusion.define((allusion) => {
  'use strict';
  const { data } = allusion;
  const [MOST_WORKS, MOST_NOTES, MOST_NAMED] = [3, 3, 4];

  /** The edges of a family at an entity, each with its other end. @param {number} index @param {string} family */
  const edgesAt = (index, family) =>
    [...allusion.outgoing[index], ...allusion.incoming[index]]
      .filter((edge) => data.edges[edge].family === family)
      .map((edge) => ({ edge, other: data.edges[edge].from === index ? data.edges[edge].to : data.edges[edge].from }));
  /** @param {number} index */
  const kindOf = (index) => data.entities[index].kind;
  /** @param {number} index */
  const name = (index) => allusion.nameOf(index).text;

  /** Who is related to a person, or a member of the same group. @param {number} person */
  function partners(person) {
    /** @type {Map<number, { edges: number[], words: string[] }>} */
    const found = new Map();
    /** @param {number} other @param {number} edge @param {string} words */
    const add = (other, edge, words) => {
      const one = found.get(other) || { edges: [], words: [] };
      one.edges.push(edge);
      one.words.push(words);
      found.set(other, one);
    };
    for (const { edge, other } of edgesAt(person, 'story'))
      if (allusion.isSymmetric([edge]) && kindOf(other) === 'person')
        add(other, edge, data.edges[edge].phrase || data.edges[edge].kindLabel || '');
    for (const { edge, other: group } of edgesAt(person, 'part')) {
      if (kindOf(group) !== 'group') continue;
      for (const { other } of edgesAt(group, 'part'))
        if (other !== person && kindOf(other) === 'person') add(other, edge, `together ${name(group)}`);
    }
    return [...found].map(([index, { edges, words }]) => ({ index, edges, words: [...new Set(words)].join('; ') }));
  }

  /** The works in which two people appear, series first. @param {number[]} pair @param {number} work */
  function together([one, other], work) {
    const credits = new Map(edgesAt(one, 'credit').map((credit) => [credit.other, credit.edge]));
    const shared = new Set(edgesAt(other, 'credit').map((credit) => credit.other));
    const works = [...credits.keys()].filter((index) => shared.has(index) && index !== work);
    /** @type {Map<number, number[]>} */
    const series = new Map();
    for (const index of works)
      for (const { other: whole } of edgesAt(index, 'part'))
        if (kindOf(whole) === 'series') series.set(whole, [...(series.get(whole) || []), index]);
    const inSeries = new Set([...series.values()].flat());
    const single = works.filter((index) => !inSeries.has(index)).sort((a, b) => a - b);
    /** @param {number[]} some */
    const edges = (some) => some.map((index) => credits.get(index) ?? -1).filter((edge) => edge >= 0);
    return {
      nodes: [
        ...[...series].map(([index, parts]) => ({
          index,
          edges: edges(parts),
          words: `both play in ${parts.map(name).join(', ')}`,
          notes: notes(parts, work),
          children: [],
        })),
        ...single.slice(0, MOST_WORKS).map((index) => ({
          index,
          edges: edges([index]),
          words: 'both play in it',
          notes: notes([index], work),
          children: [],
        })),
      ],
      more: Math.max(0, single.length - MOST_WORKS),
    };
  }

  /** How works became known in the places of another work. @param {number[]} works @param {number} other */
  function notes(works, other) {
    const places = new Set(
      [...allusion.outgoing[other], ...allusion.incoming[other]]
        .flatMap((edge) => [data.edges[edge].from, data.edges[edge].to])
        .filter((index) => kindOf(index) === 'place')
        .flatMap((index) => (data.entities[index].names || []).map(([text]) => text)),
    );
    return works
      .flatMap((work) =>
        (data.entities[work].facts || [])
          .filter(([property, value]) => property === 'release' && places.has(String(value).split(',')[0]))
          .map(([, value]) => `${name(work)}: ${value}`),
      )
      .slice(0, MOST_NOTES);
  }

  /** The tree of some connections; empty if nothing belongs with what they name. @type {Allusion['lineContext']} */
  function lineContext(edges, work) {
    const named = [...new Set(edges.map((edge) => data.edges[edge].to))].slice(0, MOST_NAMED);
    return named
      .map((index) => ({
        index,
        edges: edges.filter((edge) => data.edges[edge].to === index),
        words: allusion.plainLabelOf(edges.find((edge) => data.edges[edge].to === index) ?? edges[0])[1].join(' '),
        notes: [],
        children: partners(index).map((partner) => {
          const { nodes, more } = together([index, partner.index], work);
          return { ...partner, children: nodes, notes: more ? [`and ${more} more works with both`] : [] };
        }),
      }))
      .filter((node) => node.children.length);
  }

  /** @type {Allusion['drawLineContext']} */
  function drawLineContext(tree, width) {
    const made = allusion.uprightColumn(width, 'Context of this line');
    /** @param {ContextNode} node @param {number} level @param {number} from */
    const add = (node, level, from) => {
      const words = allusion.wrapText(node.words, 12, width - 60 - 24 * level, 3);
      made.branch(node.edges, node.index, words, level, from);
      const below = made.at();
      for (const child of node.children) add(child, level + 1, below);
      for (const line of node.notes.flatMap((text) => allusion.wrapText(text, 11, width - 60 - 24 * level, 3)))
        made.note(line, level);
      if (node.notes.length) made.gap(8);
    };
    for (const node of tree) add(node, 1, made.at());
    return made.drawn('know');
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ lineContext, drawLineContext }));
});
