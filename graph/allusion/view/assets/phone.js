/**
 * What the wide layout has no room for, and what it has room for besides: on a narrow
 * screen the focus picture stands as one column; on a wide one a box can be opened, and
 * what it is joined to stands outside of it as the second hop.
 */
allusion.part(function (allusion) {
  'use strict';
  const { data, svg } = allusion;
  const [STEP, GAP, FAR_WIDTH, FAR_STEP, FAR_HEIGHT, FAR_RUN, FAR_MOST] = [15, 14, 176, 40, 35, 44, 6];

  /** Who else an entity is joined to by what is shown, the best supported first. */
  function further(focus, entity) {
    const families = allusion.familiesFor(focus);
    const groups = new Map();
    for (const place of [...allusion.outgoing[entity], ...allusion.incoming[entity]]) {
      const edge = data.edges[place];
      const other = edge.from === entity ? edge.to : edge.from;
      if (other === focus || other === entity || !families.has(edge.family) || !allusion.passes(place)) continue;
      groups.set(other, [...(groups.get(other) || []), place]);
    }
    const weight = (places) => Math.max(...places.map((place) => data.edges[place].sources)) + places.length / 100;
    return [...groups].sort((one, two) => weight(two[1]) - weight(one[1]) || one[0] - two[0]);
  }

  /** Make room outside of opened boxes and place what belongs there. */
  function spreadOut(picture, open) {
    const opened = (side) => picture.blocks.some((block) => block.item && block.side === side && open.has(block.item.entity));
    const shift = opened('out') ? FAR_WIDTH + FAR_RUN : 0;
    picture.x += shift;
    picture.width += shift + (opened('in') ? FAR_WIDTH + FAR_RUN : 0);
    for (const block of picture.blocks) {
      block.x += shift;
      for (const line of block.strands) {
        line.start += shift;
        line.turn += shift;
        line.end += shift;
      }
      if (!block.item || !open.has(block.item.entity)) continue;
      const found = further(picture.focus, block.item.entity).slice(0, FAR_MOST);
      const left = block.side === 'out';
      const edge = left ? block.x : block.x + block.width;
      const x = left ? edge - FAR_RUN - FAR_WIDTH : edge + FAR_RUN;
      const top = block.y + Math.floor((block.height - found.length * FAR_STEP + FAR_STEP - FAR_HEIGHT) / 2);
      block.beyond = found.map(([entity, edges], index) => farBox(entity, edges, block, { left, edge, x, y: top + index * FAR_STEP }));
    }
    return picture;
  }

  function farBox(entity, edges, block, { left, edge, x, y }) {
    const first = data.edges[edges[0]];
    const away = first.from === block.item.entity;
    const name = allusion.nameOf(entity);
    const inner = left ? x + FAR_WIDTH : x;
    const middle = y + FAR_HEIGHT / 2;
    const from = block.y + block.height / 2;
    const half = (edge + inner) / 2;
    const words = edges.length > 1 ? `${away ? '→' : '←'} ${edges.length} connections` : `${away ? '→' : '←'} ${first.phrase || first.kindLabel}`;
    const tip = away ? `M${inner} ${middle}l${left ? 7 : -7} -3.5v7Z` : `M${edge} ${from}l${left ? -7 : 7} -3.5v7Z`;
    return {
      entity, edges, x, y, width: FAR_WIDTH, height: FAR_HEIGHT, lang: name.lang,
      wire: `M${edge} ${from}C${half} ${from} ${half} ${middle} ${inner} ${middle}`, head: allusion.mutual(edges) ? '' : tip,
      words: allusion.shorten(allusion.clean(words), 11, FAR_WIDTH - 34),
      name: allusion.shorten(allusion.clean(name.text), 12, FAR_WIDTH - 36, true),
    };
  }

  /** How much room an opened box takes in its column. */
  function farHeight(focus, entity) {
    return Math.min(FAR_MOST, further(focus, entity).length) * FAR_STEP + 6;
  }

  function expand(entity) {
    const open = new Set(allusion.state().open);
    if (open.has(entity)) open.delete(entity);
    else open.add(entity);
    allusion.go({ open });
  }

  /** One column: the card, then what it points to, then what points to it. */
  function stack(focus, beside, most, width) {
    const card = allusion.cardOf(focus, width - 60);
    const inner = width - 44;
    const rows = [];
    let y = 12 + card[1] + 18;
    for (const side of ['out', 'in']) {
      const items = beside.filter((item) => item.side === side);
      if (!items.length) continue;
      rows.push({ caption: side, y: y + 12 });
      y += 28;
      const top = y;
      const [shown, rest] = allusion.cut(items, most);
      for (const item of shown) {
        const lines = item.strands.map((strand) => {
          const line = { strand, y: y + STEP * strand.label[1].length - 3 };
          y += STEP * strand.label[1].length + 5;
          return line;
        });
        const height = allusion.boxOf(item.entity)[1];
        rows.push({ item, side, lines, y, height, top });
        y += height + GAP;
      }
      if (rest.length) {
        rows.push({ more: rest.length, folds: allusion.foldsOf(rest), y });
        y += allusion.restHeight(rest) + 6;
      }
      y += 8;
    }
    const picture = { focus, card, x: Math.floor((width - card[0]) / 2), y: 12, width, height: y + 8, cardHeight: card[1], blocks: [] };
    return { ...picture, draw: (use) => rows.map((row) => drawRow(row, inner, use)) };
  }

  /** Lines run down a rail on the left; the head stands where the line points to. */
  function drawRow(row, inner, use) {
    if (row.caption) return svg('text', { class: 'caption', x: 12, y: row.y }, row.caption === 'out' ? 'Points to, oldest first' : 'Pointed to by, oldest first');
    if (row.more) return use.more({ x: 20, y: row.y, folds: row.folds }, `and ${row.more} more`);
    const middle = row.y + row.height / 2;
    const out = row.side === 'out';
    return [
      row.lines.map(({ strand, y }, index) => svg('g', use.strandUse(strand, row.item.entity),
        svg('path', {
          class: 'wire', 'stroke-width': allusion.thickness(allusion.sourcesOf(strand)), 'stroke-dasharray': data.families[strand.family].dash.join(' '),
          d: `M${12 + index * 4} ${y - 8}V${middle - 6}q0 6 6 6H${out ? 26 : 32}`,
        }),
        !allusion.mutual(strand.edges) && svg('path', { class: 'head', d: out ? `M32 ${middle}l-8 -4v8Z` : `M${12 + index * 4} ${y - 14}l-4 8h8Z` }),
        use.disputed(strand) && svg('circle', { class: 'open', cx: 12 + index * 4, cy: (y - 8 + middle) / 2, r: 4.5 }),
        strand.label[1].map((words, line) => svg('text', { class: 'words', x: 34, y: y - STEP * (strand.label[1].length - 1 - line) }, words)))),
      allusion.nameBox(row.item.entity, 32, row.y, inner, row.height, use.spoken(row.item)),
    ];
  }

  Object.assign(allusion, { further, farHeight, spreadOut, expand, stack });
});
