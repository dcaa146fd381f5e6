/** Parts of the drawings: boxes of entities, symbols, selection, keyboard use, animation and tooltips. */
allusion.define((allusion) => {
  'use strict';
  const { data, svg, kindStyle, byId } = allusion;
  const tip = byId('tip');

  /** @param {TextRow} row @param {number} x @param {number} top @param {string | undefined} anchor */
  function rowText(row, x, top, anchor) {
    const [role, baseline, spans, fallback] = row;
    const place = { class: fallback ? `${role} fallback` : role, x, y: top + baseline, 'text-anchor': anchor };
    if (spans.length === 1) return svg('text', { ...place, lang: spans[0][1] }, spans[0][0]);
    return svg(
      'text',
      place,
      spans.map(([words, lang]) => svg('tspan', { lang }, words)),
    );
  }

  /**
   * The rows of a box, with spaces between them for screen readers.
   * @type {Allusion['textRows']}
   */
  function textRows(box, x, top, anchor) {
    return box[2].flatMap((row) => [rowText(row, x, top, anchor), ' ']);
  }

  /** The visible text of a box, with which its accessible name starts. @type {Allusion['boxText']} */
  const boxText = (box) => box[2].map((row) => row[2].map(([words]) => words).join('')).join(' ');

  /** @type {Allusion['kindShape']} */
  function kindShape(kind, x, y) {
    const style = kindStyle(kind);
    return svg('path', { class: 'glyph', d: style.path, fill: style.color, transform: `translate(${x} ${y})` });
  }

  /**
   * The box of an entity, with pointer and keyboard events.
   * @type {Allusion['entityBox']}
   */
  function entityBox(index, x, y, width, height, label) {
    const entity = data.entities[index];
    const box = allusion.boxOf(index);
    const top = y + Math.floor((height - box[1]) / 2);
    return svg(
      'g',
      { class: 'block', ...interactiveAttributes(index, label) },
      svg('rect', { class: 'frame', x, y, width, height, rx: 6 }),
      kindShape(entity.kind, x + 16, y + Math.floor(height / 2)),
      textRows(box, x + 30, top),
    );
  }

  /** @type {Allusion['interactiveAttributes']} */
  function interactiveAttributes(index, label) {
    /** @param {any} event */
    const open = (event) => allusion.openPanel(index, event);
    const middle = () => allusion.navigate({ focus: index, view: 'focus' });
    return {
      role: 'button',
      tabindex: -1,
      'aria-label': label,
      'data-entity': index,
      click: (event) => {
        if (!event.defaultPrevented) allusion.navigate({ shown: index });
      },
      dblclick: middle,
      keydown: activateOnKey(open, middle),
    };
  }

  /** @type {Allusion['activateOnKey']} */
  function activateOnKey(open, middle) {
    return (event) => {
      if (event.key === 'Enter' && event.shiftKey && middle) middle();
      else if (event.key === 'Enter' || event.key === ' ') open(event);
      else return;
      event.preventDefault();
    };
  }

  /** The line of an edge, as wide as its sources are many. @type {Allusion['wire']} */
  const wire = (d, index, width = allusion.lineWidth(data.edges[index].sources)) =>
    svg('path', {
      class: 'wire',
      d,
      'stroke-width': width,
      'stroke-dasharray': data.families[data.edges[index].family].dash.join(' '),
    });

  /** An arrowhead, hollow if the edges are uncertain. @type {Allusion['arrowhead']} */
  const arrowhead = (d, indices) => svg('path', { class: allusion.doubtOf(indices) ? 'head hollow' : 'head', d });

  /** The question mark of disputed and doubtful edges. @type {Allusion['doubtMark']} */
  const doubtMark = (x, y, indices) => allusion.isDoubted(indices) && questionMark(x, y);

  /** @type {Allusion['questionMark']} */
  const questionMark = (x, y) => [
    svg('circle', { class: 'open', cx: x, cy: y, r: 7.5 }),
    svg('text', { class: 'query', x, y: y + 4, 'text-anchor': 'middle' }, '?'),
  ];

  /** The visible text of a box, the type, and the uncertainty of edges. @type {Allusion['boxAriaLabel']} */
  function boxAriaLabel(index, edges = []) {
    const parts = [boxText(allusion.boxOf(index)), data.entities[index].type];
    return allusion.withDoubt(parts.filter(Boolean).join(', '), edges);
  }

  /** The accessible name of an entity: name, type and year. @type {Allusion['ariaName']} */
  function ariaName(index) {
    const entity = data.entities[index];
    return [allusion.nameOf(index).text, entity.type, entity.year].filter(Boolean).join(', ');
  }

  /** @param {Element} node */
  function middleOf(node) {
    const box = node.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  }

  /**
   * The nearest candidate in a direction, with a penalty for distance to the side.
   * @type {Allusion['nearestInDirection']}
   */
  function nearestInDirection(from, candidates, step, where) {
    let best = null;
    let least = Infinity;
    for (const candidate of candidates) {
      const [x, y] = where(candidate);
      const along = (x - from[0]) * step[0] + (y - from[1]) * step[1];
      const aside = Math.abs((x - from[0]) * step[1]) + Math.abs((y - from[1]) * step[0]);
      if (along > 4 && along + 2 * aside < least) {
        least = along + 2 * aside;
        best = candidate;
      }
    }
    return best;
  }

  /** @type {Allusion['arrowSteps']} */
  const arrowSteps = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  /**
   * Make arrow keys move between the boxes of a drawing; Tab reaches one of them (roving tabindex).
   * @type {Allusion['enableArrowKeys']}
   */
  function enableArrowKeys(root) {
    const buttons = () => [...root.querySelectorAll('[role=button]')];
    root.addEventListener('keydown', (/** @type {any} */ event) => {
      const step = Object.hasOwn(arrowSteps, event.key) && arrowSteps[event.key];
      const from = /** @type {Element} */ (event.target).closest('[role=button]');
      if (!step || !from) return;
      event.preventDefault();
      const next = nearestInDirection(
        middleOf(from),
        buttons().filter((one) => one !== from),
        step,
        middleOf,
      );
      if (!next) return;
      buttons().forEach((one) => one.setAttribute('tabindex', one === next ? '0' : '-1'));
      next.focus();
      next.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    });
  }

  /**
   * Mark the box and the line of the panel, and the box that Tab reaches.
   * @type {Allusion['markSelection']}
   */
  function markSelection(root, state) {
    for (const group of root.querySelectorAll('[data-edges]')) {
      group.classList.toggle('chosen', (group.dataset.edges || '').split(' ').includes(String(state.edge)));
    }
    const buttons = [...root.querySelectorAll('[role=button]')];
    for (const one of buttons) {
      one.classList.toggle('chosen', state.shown !== state.focus && Number(one.dataset.entity) === state.shown);
    }
    const reachable = buttons.findLast((one) => Number(one.dataset.entity) === state.shown) || buttons.at(-1);
    buttons.forEach((one) => one.setAttribute('tabindex', one === reachable ? '0' : '-1'));
  }

  /** The positions of the boxes, from which they are animated. @type {Allusion['elementPositions']} */
  function elementPositions(root) {
    const found = new Map();
    for (const node of root.querySelectorAll('[role=button][data-entity]'))
      found.set(node.dataset.entity, node.getBoundingClientRect());
    return found;
  }

  /** Move boxes from their old positions to the new ones. @type {Allusion['animateMoves']} */
  function animateMoves(before, root) {
    const wide = root.getBoundingClientRect().width;
    if (allusion.reducedMotion.matches || !before.size || !wide) return;
    const factor = root.viewBox.baseVal.width / wide;
    const timing = { duration: 380, easing: 'cubic-bezier(.2,.7,.2,1)' };
    for (const node of root.querySelectorAll('.strand, [role=button]')) {
      const old = node.classList.contains('strand') ? undefined : before.get(node.dataset.entity);
      const now = old && node.getBoundingClientRect();
      if (now) {
        const shift = `translate(${(old.x - now.x) * factor}px, ${(old.y - now.y) * factor}px)`;
        node.animate([{ transform: shift }, { transform: 'none' }], timing);
      } else {
        node.animate([{ opacity: 0 }, { opacity: 1 }], timing);
      }
    }
  }

  /** Show a tooltip at the pointer. Its text is in the list and the panel too. @type {Allusion['showTooltip']} */
  function showTooltip(words, x = 0, y = 0) {
    tip.hidden = !words;
    if (!words) return;
    tip.textContent = words;
    const frame = tip.parentElement.getBoundingClientRect();
    const left = Math.min(x - frame.x + 14, frame.width - tip.offsetWidth - 8);
    const top =
      y - frame.y + 18 + tip.offsetHeight > frame.height ? y - frame.y - tip.offsetHeight - 10 : y - frame.y + 18;
    tip.style.transform = `translate(${Math.max(8, left)}px, ${top}px)`;
  }

  /** @type {Allusion['renderedWidth']} */
  function renderedWidth(text, role, lang) {
    const line = svg('text', { class: role, lang }, text);
    const style = 'position: absolute; visibility: hidden';
    const root = svg('svg', { class: 'picture', width: 0, height: 0, style }, line);
    document.body.append(root);
    const width = Math.ceil(line.getComputedTextLength());
    root.remove();
    return width;
  }

  /** @type {Allusion['edgeText']} */
  const edgeText = (index) => {
    const edge = data.edges[index];
    const [from, to] = [allusion.nameOf(edge.from).text, allusion.nameOf(edge.to).text];
    return allusion.withDoubt(`${from}: ${edge.phrase || edge.kindLabel} → ${to}`, [index]);
  };

  Object.assign(
    allusion,
    /** @satisfies {Partial<Allusion>} */ ({
      textRows,
      boxText,
      boxAriaLabel,
      wire,
      arrowhead,
      doubtMark,
      questionMark,
      kindShape,
      entityBox,
      interactiveAttributes,
      activateOnKey,
      ariaName,
      nearestInDirection,
      arrowSteps: arrowSteps,
      enableArrowKeys,
      markSelection,
      elementPositions,
      animateMoves,
      showTooltip,
      edgeText,
      renderedWidth,
    }),
  );
});
