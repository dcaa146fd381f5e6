/**
 * The list: in words what the focus view shows, and below it everything there is. The
 * roles are spelled out because a phone's layout of blocks would take them away.
 */
(function (allusion) {
  'use strict';
  const { data, el, byId, glyph, linkOut, yearOf } = allusion;
  const list = byId('list-view');
  const HEADS = ['Entity', 'Connection', 'In a sentence', 'Sources'];

  function table(caption, rows, heads) {
    return el('table', { role: 'table' },
      el('caption', {}, caption),
      el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, heads.map((head) => el('th', { role: 'columnheader', scope: 'col' }, head)))),
      el('tbody', { role: 'rowgroup' }, rows));
  }

  function row(place, entityPlace) {
    const edge = data.edges[place];
    const entity = data.entities[entityPlace];
    return el('tr', { role: 'row', 'data-edge': place },
      el('th', { role: 'rowheader', scope: 'row' }, glyph(entity.kind), allusion.entityButton(entityPlace), el('span', { class: 'year' }, secondLine(entity))),
      el('td', { role: 'cell', 'data-head': HEADS[1] },
        el('button', { type: 'button', class: 'plain', click: () => allusion.go({ shown: entityPlace, edge: place }) }, edge.kindLabel || edge.family),
        edge.disputed && el('strong', { class: 'disputed' }, 'disputed')),
      el('td', { role: 'cell', 'data-head': HEADS[2] }, edge.sentence || edge.phrase),
      el('td', { role: 'cell', 'data-head': HEADS[3], class: 'sources' }, sources(edge)));
  }

  function sources(edge) {
    const seen = [...new Set((edge.evidence || []).map(([source]) => source))].map((source) => data.sources[source]);
    return seen.map((source, index) => [index ? '; ' : '', linkOut(source.url, source.title || source.url)]).flat();
  }

  /** The second name and year, as under the name in the picture. */
  function secondLine(entity) {
    const sub = entity.box[2].find(([role]) => role === 'sub');
    return sub[2].map(([text, lang]) => el('span', { lang }, text));
  }

  function everything() {
    const rows = () => data.entities
      .map((entity, place) => ({ entity, place, edges: allusion.outgoing[place].length + allusion.incoming[place].length }))
      .sort((one, other) => other.edges - one.edges || one.place - other.place)
      .map(({ entity, place, edges }) => el('tr', { role: 'row' },
        el('th', { role: 'rowheader', scope: 'row' }, glyph(entity.kind), allusion.entityButton(place)),
        el('td', { role: 'cell', 'data-head': 'Kind' }, entity.type),
        el('td', { role: 'cell', 'data-head': 'Year' }, yearOf(entity)),
        el('td', { role: 'cell', 'data-head': 'Edges' }, String(edges))));
    return el('details', {
      class: 'everything',
      // A long table is built when somebody wants it, not before.
      toggle: (event) => {
        const details = event.currentTarget;
        if (details.open && !details.querySelector('table')) {
          details.append(table('Everything here, the best connected first', rows(), ['Entity', 'Kind', 'Year', 'Edges']));
        }
      },
    }, el('summary', {}, `Everything here: ${data.entities.length} entities`));
  }

  const all = everything();

  /** Write the twin of the picture. */
  function draw(state) {
    const families = allusion.familiesFor(state.focus);
    const entity = data.entities[state.focus];
    const beside = allusion.neighbours(state.focus, families, state.hidden);
    const tables = allusion.captions.map(([side, caption]) => {
      const rows = beside.filter((item) => item.side === side)
        .flatMap((item) => item.strands.flatMap((strand) => strand.edges.map((place) => row(place, item.entity))));
      return rows.length > 0 && table(caption, rows, HEADS);
    }).filter(Boolean);
    list.replaceChildren(
      el('h2', { lang: entity.lang }, entity.name, el('span', { class: 'year' }, secondLine(entity))),
      ...(tables.length ? tables : [el('p', {}, 'Nothing of the kinds that are shown.')]),
      all);
  }

  Object.assign(allusion, { drawList: draw });
})(window.allusion);
