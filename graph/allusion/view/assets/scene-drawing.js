/**
 * A scene as a drawing, from left to right: speaker, line, reported speaker, targets of the connections, and entities
 * of the same work that are related to them.
 */
allusion.define((allusion) => {
  'use strict';
  const { data, svg } = allusion;
  /**
   * Font size and line height, which leaves room for fonts with tall glyphs.
   * @type {Record<string, { size: number, step: number }>}
   */
  const TYPE = { spoken: { size: 16, step: 22 }, sub: { size: 11, step: 17 } };
  const [PAD, RUN, INSET, LINE_LIMIT, FAR_MOST] = [14, 24, 13, 196, 4];

  /**
   * @param {number} scene @param {number[]} said utterances in it
   * @param {number[]} silent edges without an utterance @param {Set<number>} visible
   * @param {number} [narrow] the width of a narrow screen, for a vertical drawing
   */
  function drawScene(scene, said, silent, visible, narrow) {
    const { work } = data.scenes[scene];
    const limit = narrow ? narrow - 52 : LINE_LIMIT;
    const groups = said.flatMap((index) => told(index, visible, limit));
    const still = silent.filter((edge) => visible.has(edge));
    if (still.length) {
      /** @type {Balloon} */
      const balloon = { rows: [], width: 0, height: 6 };
      addText(balloon, data.scenes[scene].label || '', 'spoken', 'en', limit, 3);
      balloon.height += 8;
      groups.push({
        speaker: -1,
        balloon,
        teller: -1,
        edges: still,
      });
    }
    const pointing = groups.filter((group) => group.edges.length);
    if (!pointing.length) return null;
    const taken = new Set(pointing.flatMap((group) => group.edges.map((edge) => data.edges[edge].to)));
    const far = new Map([...taken].map((target) => [target, relatedInWork(work, target, taken)]));
    return narrow ? allusion.drawVerticalScene(pointing, far, narrow) : render(pointing, taken, far);
  }

  /**
   * The groups of an utterance: its own, and one for each utterance that it reports. @returns {SpeechGroup[]}
   * @param {number} index
   * @param {Set<number>} visible
   * @param {number} limit
   */
  function told(index, visible, limit) {
    const one = data.utterances[index];
    /** @param {number[] | undefined} edges */
    const only = (edges) => (edges || []).filter((edge) => visible.has(edge));
    const speaker = typeof one.speaker === 'number' ? one.speaker : -1;
    const languages = new Set([...allusion.preferredLanguages(), 'en']);
    /** @type {Balloon} */
    const balloon = { rows: [], width: 0, height: 6 };
    if (one.line) {
      const [text, lang, translations] = one.line;
      addText(balloon, quoted(text, lang), 'spoken', lang, limit, 6);
      for (const [other, tag] of translations.filter((name) => languages.has(name[1])).slice(0, 2))
        addText(balloon, quoted(other, tag), 'sub', tag, limit, 2);
    } else addText(balloon, one.summary || one.label || '', 'spoken', 'en', limit, 5);
    const addressee = typeof one.addressee === 'number' ? `to ${allusion.nameOf(one.addressee).text}` : '';
    const manner = [one.language, one.channel].filter(Boolean).join(', ');
    addText(balloon, [addressee, manner].filter(Boolean).join(' · '), 'sub', 'en', limit, 2);
    balloon.height += 8;
    /** @type {SpeechGroup[]} */
    const groups = [{ speaker, balloon, teller: -1, edges: only(one.edges) }];
    for (const inner of one.reports || []) {
      const reported = data.utterances[inner];
      groups.push({
        speaker,
        balloon,
        teller: typeof reported.speaker === 'number' ? reported.speaker : -1,
        edges: only(reported.edges),
      });
    }
    return groups;
  }

  /**
   * A line in the quotation marks of its script; a summary has none.
   * @param {string} text @param {string} lang
   */
  const quoted = (text, lang) => (/^(ja|zh-Hant|yue)/.test(lang) ? `「${text}」` : `“${text}”`);

  /**
   * Add a text to a balloon, broken into lines by the width of the browser's fonts.
   * @param {Balloon} balloon @param {string} text @param {string} role @param {string} lang
   * @param {number} limit @param {number} most the largest number of lines
   */
  function addText(balloon, text, role, lang, limit, most) {
    const { size, step } = TYPE[role];
    const widening = allusion.renderedWidth(text, role, lang) / (allusion.textWidth(text, size) || 1);
    for (const words of allusion.wrapText(text, size, limit / Math.max(1, widening), most)) {
      balloon.height += step;
      balloon.width = Math.max(balloon.width, allusion.renderedWidth(words, role, lang) + 2 * INSET);
      balloon.rows.push({ role, words, lang, baseline: balloon.height - 4 });
    }
  }

  /**
   * Other targets of this work that are related to a target, such as the couple of a person, or the series of a part.
   * @type {Allusion['relatedInWork']}
   */
  function relatedInWork(work, target, taken) {
    const pointed = new Set(
      allusion.outgoing[work]
        .filter((index) => data.families[data.edges[index].family].connection)
        .map((index) => data.edges[index].to),
    );
    /** @param {number} index */
    const near = (index) =>
      [...allusion.outgoing[index], ...allusion.incoming[index]]
        .map((edge) => [edge, data.edges[edge].from === index ? data.edges[edge].to : data.edges[edge].from])
        .filter(([, other]) => other !== work && other !== index);
    const found = new Map();
    for (const [edge, other] of near(target))
      if (pointed.has(other) && !found.has(other)) found.set(other, { edge, via: -1 });
    for (const [, between] of near(target)) {
      for (const [edge, other] of near(between)) {
        const kind = data.entities[other].kind;
        if (['series', 'group'].includes(kind) && pointed.has(other) && other !== target && !found.has(other))
          found.set(other, { edge, via: between });
      }
    }
    return [...found]
      .filter(([other]) => !taken.has(other))
      .slice(0, FAR_MOST)
      .map(([entity, how]) => ({ entity, ...how }));
  }

  /** The label of a relation. @type {Allusion['relatedText']} */
  function relatedText({ edge, via }) {
    if (via >= 0) return `via ${allusion.nameOf(via).text}`;
    return data.edges[edge].phrase || data.edges[edge].kindLabel || '';
  }

  /** @param {SpeechGroup[]} groups @param {Set<number>} taken @param {Map<number, Related[]>} far */
  function render(groups, taken, far) {
    /** @param {number} index */
    const size = (index) => allusion.boxOf(index);
    /** @param {number[]} sizes */
    const widest = (sizes) => Math.max(0, ...sizes);
    const speakers = widest(groups.map((group) => (group.speaker >= 0 ? size(group.speaker)[0] : 0)));
    const balloons = widest(groups.map((group) => group.balloon.width));
    const tellers = widest(groups.map((group) => (group.teller >= 0 ? size(group.teller)[0] + RUN : 0)));
    const words = widest(groups.flatMap((group) => group.edges.map((edge) => allusion.plainLabelOf(edge)[0]))) + 32;
    const targets = widest([...taken].map((index) => size(index)[0]));
    const farthest = widest(
      [...far.values()]
        .flat()
        .map((one) => Math.max(size(one.entity)[0], allusion.textWidth(relatedText(one), 11) + 12)),
    );
    const balloonX = PAD + (speakers ? speakers + RUN : 0);
    const tellerX = balloonX + balloons + RUN;
    const wordsX = tellerX + tellers - (tellers ? 0 : RUN);
    const targetX = wordsX + words;
    /** @type {Columns} */
    const x = {
      speaker: PAD,
      balloon: balloonX,
      teller: tellerX,
      words: wordsX,
      target: targetX,
      far: targetX + targets + 54,
    };
    const width = (farthest ? x.far + farthest : x.target + targets) + PAD;
    const drawn = [];
    let y = PAD + 6;
    const seen = new Set();
    for (const group of groups) {
      const rows = group.edges.map((edge) => {
        const { to } = data.edges[edge];
        const beyond = seen.has(to) ? [] : far.get(to) || [];
        seen.add(to);
        const farHeight = beyond.reduce((sum, one) => sum + size(one.entity)[1] + 24, 0);
        return {
          edge,
          to,
          beyond,
          height: Math.max(size(to)[1], allusion.plainLabelOf(edge)[1].length * 15 + 16, farHeight) + 14,
        };
      });
      const own = rows.reduce((sum, row) => sum + row.height, 0);
      const height = Math.max(own, group.balloon.height + 14, group.speaker >= 0 ? size(group.speaker)[1] : 0);
      drawn.push(drawGroup(group, rows, x, y, height, own));
      y += height + 12;
    }
    return svg(
      'svg',
      {
        class: 'picture scene',
        viewBox: `0 0 ${width} ${y}`,
        width,
        height: y,
        role: 'group',
        'aria-label': 'The scene as a drawing; the text below has the same content',
        lang: 'en',
      },
      svg('rect', { class: 'paper', width, height: y }),
      drawn,
    );
  }

  /**
   * @typedef {Record<'speaker' | 'balloon' | 'teller' | 'words' | 'target' | 'far', number>} Columns The x of each.
   * @typedef {{ edge: number, to: number, beyond: Related[], height: number }} Row
   */

  /**
   * The outline of a balloon, with its tail on the left.
   * @param {number} x @param {number} y @param {Balloon} balloon
   */
  function balloonPath(x, y, { width, height }) {
    const side = height / 2 - 16;
    return (
      `M${x + 10} ${y}h${width - 20}a10 10 0 0 1 10 10v${height - 20}a10 10 0 0 1 -10 10h${20 - width}` +
      `a10 10 0 0 1 -10 -10v${-side}l-9 -6l9 -6v${-side}a10 10 0 0 1 10 -10Z`
    );
  }

  /**
   * @param {SpeechGroup} group @param {Row[]} rows @param {Columns} x
   * @param {number} y @param {number} height @param {number} own
   */
  function drawGroup(group, rows, x, y, height, own) {
    const middle = y + height / 2;
    const { balloon } = group;
    /** @param {number} index @param {number} at @param {number} center @param {number[]} by */
    const box = (index, at, center, by = []) =>
      allusion.entityBox(
        index,
        at,
        center - allusion.boxOf(index)[1] / 2,
        allusion.boxOf(index)[0],
        allusion.boxOf(index)[1],
        allusion.boxAriaLabel(index, by),
      );
    const top = middle - balloon.height / 2;
    const parts = [];
    if (group.speaker >= 0)
      parts.push(
        svg('path', {
          class: 'wire',
          d: `M${x.speaker + allusion.boxOf(group.speaker)[0]} ${middle}H${x.balloon}`,
          'stroke-width': 1.25,
        }),
        box(group.speaker, x.speaker, middle),
      );
    parts.push(
      svg('path', {
        class: 'balloon',
        d: balloonPath(x.balloon, top, balloon),
      }),
    );
    for (const { role, words, lang, baseline } of balloon.rows)
      parts.push(svg('text', { class: role, lang, x: x.balloon + INSET, y: top + baseline }, words));
    const start = group.teller >= 0 ? x.teller + allusion.boxOf(group.teller)[0] : x.balloon + balloon.width;
    if (group.teller >= 0)
      parts.push(
        svg('path', { class: 'wire', d: `M${x.balloon + balloon.width} ${middle}H${x.teller}`, 'stroke-width': 1.25 }),
        box(group.teller, x.teller, middle),
      );
    let row = middle - own / 2;
    for (const one of rows) {
      parts.push(...drawEdge(one, x, start, middle, row + one.height / 2, box));
      row += one.height;
    }
    return parts;
  }

  /**
   * @param {Row} row @param {Columns} x @param {number} start @param {number} from @param {number} y
   * @param {(index: number, at: number, center: number, by?: number[]) => SVGElement} box
   */
  function drawEdge({ edge: edgeIndex, to, beyond, height }, x, start, from, y, box) {
    const edge = data.edges[edgeIndex];
    const lines = allusion.plainLabelOf(edgeIndex)[1];
    const turn = x.words + 2;
    const bend = start + Math.max(8, (turn - start) / 2);
    let top = y - height / 2 + 7;
    const total = beyond.reduce((sum, one) => sum + allusion.boxOf(one.entity)[1] + 24, 0);
    top = y - total / 2;
    return [
      svg(
        'g',
        {
          class: `strand ${edge.family}`,
          'data-edges': edgeIndex,
          click: () => allusion.navigate({ shown: to, edge: edgeIndex }),
        },
        allusion.wire(`M${start} ${from}C${bend} ${from} ${bend} ${y} ${turn} ${y}H${x.target - 8}`, edgeIndex),
        allusion.arrowhead(`M${x.target} ${y}l-8 -4v8Z`, [edgeIndex]),
        allusion.doubtMark(turn, y, [edgeIndex]),
        lines.map((words, index) =>
          svg(
            'text',
            { class: 'words', x: x.target - 14, y: y - 6 - 15 * (lines.length - 1 - index), 'text-anchor': 'end' },
            words,
          ),
        ),
      ),
      box(to, x.target, y, [edgeIndex]),
      beyond.map((one) => {
        const tall = allusion.boxOf(one.entity)[1];
        const center = top + 16 + tall / 2;
        top += tall + 24;
        const right = x.target + allusion.boxOf(to)[0];
        return [
          svg(
            'g',
            {
              class: 'strand far',
              'data-edges': one.edge,
              click: () => allusion.navigate({ shown: one.entity, edge: one.edge }),
            },
            allusion.wire(
              `M${right} ${y}C${right + 30} ${y} ${x.far - 30} ${center} ${x.far} ${center}`,
              one.edge,
              1.25,
            ),
            svg('text', { class: 'sub', x: x.far + 2, y: center - tall / 2 - 5 }, relatedText(one)),
          ),
          box(one.entity, x.far, center, [one.edge]),
        ];
      }),
    ];
  }

  Object.assign(allusion, /** @satisfies {Partial<Allusion>} */ ({ drawScene, relatedInWork, relatedText }));
});
