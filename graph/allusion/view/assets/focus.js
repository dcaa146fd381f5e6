/**
 * The focus view: draws what place.js placed, element for element as drawing.py does,
 * and lets it be used by pointer and keyboard.
 */
(function (allusion) {
  'use strict';
  const { data, svg, byId, kindStyle } = allusion;
  const ARROW = 8;
  const LABEL_STEP = 15;
  const CAPTIONS = [['out', 'What it points to, oldest first'], ['in', 'What points to it, oldest first']];
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)');
  const stage = byId('stage');
  let drawn = '';
  let scale = 0;
  let picture = null;

  function wire(line) {
    const sign = line.end > line.start ? 1 : -1;
    const start = line.start + (sign > 0 ? ARROW : 0);
    const end = line.end + (sign > 0 ? 0 : ARROW);
    const reach = Math.floor(((line.turn - line.start) * 6) / 10);
    return `M${start} ${line.port}C${line.start + reach} ${line.port} ${line.turn - reach} ${line.y} ${line.turn} ${line.y}H${end}`;
  }

  function text(row, x, top, anchor) {
    const [role, baseline, spans] = row;
    const place = { class: role, x, y: top + baseline, 'text-anchor': anchor };
    if (spans.length === 1) return svg('text', { ...place, lang: spans[0][1] }, spans[0][0]);
    return svg('text', place, spans.map(([words, lang]) => svg('tspan', { lang }, words)));
  }

  function glyph(kind, x, y) {
    const style = kindStyle(kind);
    return svg('path', { class: 'glyph', d: style.path, fill: style.colour, transform: `translate(${x} ${y})` });
  }

  function strandGroup(line, block) {
    const { strand } = line;
    const outwards = block.side === 'out';
    const [x, y] = outwards ? [line.end, line.y] : [line.start, line.port];
    const thickness = Number((1.25 + 0.45 * (Math.min(Math.max(allusion.sourcesOf(strand), 1), 5) - 1)).toFixed(2));
    const textX = outwards ? line.end + 14 : line.end - 12;
    const lines = strand.label[1];
    const disputed = strand.edges.some((place) => data.edges[place].disputed);
    const open = () => allusion.go({ shown: block.item.entity, edge: strand.edges[0] });
    return svg('g', { class: `strand ${strand.family}`, 'data-entity': block.item.entity, 'data-edges': strand.edges.join(' '), click: open },
      svg('path', { class: 'wire', d: wire(line), 'stroke-width': thickness, 'stroke-dasharray': data.families[strand.family].dash.join(' ') }),
      svg('path', { class: 'head', d: `M${x} ${y}l${ARROW} -4v8Z` }),
      disputed && svg('circle', { class: 'open', cx: line.turn, cy: line.y, r: 4.5 }),
      lines.map((words, index) => svg('text', {
        class: 'words', x: textX, y: line.y - 6 - LABEL_STEP * (lines.length - 1 - index), 'text-anchor': outwards ? '' : 'end',
      }, words)));
  }

  function blockGroup(block) {
    const middle = block.y + Math.floor(block.height / 2);
    if (!block.item) {
      return svg('g', { class: 'block more', role: 'button', tabindex: -1, click: () => allusion.go({ all: true }), keydown: onKey(() => allusion.go({ all: true })) },
        svg('text', { class: 'sub rest', x: block.x + 12, y: middle + 4 }, `and ${block.more} more`));
    }
    const place = block.item.entity;
    const entity = data.entities[place];
    const top = block.y + Math.floor((block.height - entity.box[1]) / 2);
    return svg('g', { class: 'block', ...usable(place, spoken(block)) },
      svg('rect', { class: 'frame', x: block.x, y: block.y, width: block.width, height: block.height, rx: 6 }),
      glyph(entity.kind, block.x + 16, middle),
      entity.box[2].map((row) => text(row, block.x + 30, top)));
  }

  function cardGroup() {
    const entity = data.entities[picture.focus];
    const top = picture.y + Math.floor((picture.cardHeight - picture.card[1]) / 2);
    const middle = picture.x + Math.floor(picture.card[0] / 2);
    return svg('g', { class: 'card', ...usable(picture.focus, `${entity.name}, in the middle`) },
      svg('rect', { class: 'frame', x: picture.x, y: picture.y, width: picture.card[0], height: picture.cardHeight, rx: 10 }),
      glyph(entity.kind, middle, top + 26),
      picture.card[2].map((row) => text(row, middle, top, 'middle')));
  }

  /** What a screen reader says of a box. */
  function spoken(block) {
    const entity = data.entities[block.item.entity];
    const how = block.item.strands.map((strand) => strand.label[1].join(' ')).join('; ');
    const name = [entity.name, entity.type, entity.year].filter(Boolean).join(', ');
    return `${name}. ${block.side === 'out' ? 'Pointed to' : 'Points here'}: ${how}`;
  }

  function usable(place, label) {
    const open = (event) => allusion.openPanel(place, event);
    return {
      role: 'button', tabindex: -1, 'aria-label': label, 'data-entity': place,
      click: () => allusion.go({ shown: place }),
      dblclick: () => allusion.go({ focus: place }),
      keydown: onKey(open, () => allusion.go({ focus: place })),
    };
  }

  function onKey(open, middle) {
    return (event) => {
      if (event.key === 'Enter' && event.shiftKey && middle) middle();
      else if (event.key === 'Enter' || event.key === ' ') open(event);
      else return;
      event.preventDefault();
    };
  }

  function captions() {
    return CAPTIONS.map(([side, words]) => {
      const first = picture.blocks.find((block) => block.side === side);
      return first && svg('text', {
        class: 'caption', x: first.x + (side === 'in' ? first.width : 0), y: first.y - 14, 'text-anchor': side === 'in' ? 'end' : '',
      }, words);
    });
  }

  /** Draw the picture of what the address says, if it is not the one that stands. */
  function draw(state) {
    const families = allusion.familiesFor(state.focus);
    const signature = JSON.stringify([state.focus, [...families], [...state.hidden], state.all]);
    if (signature !== drawn) {
      const before = positions();
      const beside = allusion.neighbours(state.focus, families, state.hidden);
      picture = allusion.arrange(state.focus, beside, state.all ? Infinity : data.most, data.reach);
      const name = data.entities[state.focus].name;
      const root = svg('svg', {
        class: 'picture', id: 'picture', viewBox: `0 0 ${picture.width} ${picture.height}`, role: 'group', lang: 'en',
        'aria-label': `${name}: what it points to, and what points to it. Arrow keys move, Enter reads on, Shift and Enter puts an entity in the middle.`,
      },
      svg('rect', { class: 'paper', width: picture.width, height: picture.height }),
      captions(),
      picture.blocks.flatMap((block) => block.strands.map((line) => strandGroup(line, block))),
      picture.blocks.map(blockGroup),
      cardGroup());
      stage.replaceChildren(root);
      root.addEventListener('keydown', move);
      drawn = signature;
      scale = 0;
      resize();
      glide(before, root);
    }
    mark(state);
  }

  /** Which box is open in the panel, and which one the tab key reaches. */
  function mark(state) {
    for (const group of stage.querySelectorAll('[data-entity]')) {
      const own = Number(group.dataset.entity) === state.shown;
      const strand = group.classList.contains('strand');
      const chosen = strand && (group.dataset.edges || '').split(' ').includes(String(state.edge));
      group.classList.toggle('chosen', strand ? chosen : own && state.shown !== state.focus);
    }
    const buttons = [...stage.querySelectorAll('[role=button]')];
    const reachable = buttons.findLast((one) => Number(one.dataset.entity) === state.shown) || buttons.at(-1);
    buttons.forEach((one) => one.setAttribute('tabindex', one === reachable ? '0' : '-1'));
  }

  /** Arrow keys go to the nearest box in their direction. */
  function move(event) {
    const step = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (!step) return;
    const from = event.target.closest('[role=button]');
    if (!from) return;
    event.preventDefault();
    const next = allusion.nearest(middleOf(from), [...stage.querySelectorAll('[role=button]')].filter((one) => one !== from), step, middleOf);
    if (!next) return;
    stage.querySelectorAll('[role=button]').forEach((one) => one.setAttribute('tabindex', one === next ? '0' : '-1'));
    next.focus();
    next.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  function middleOf(node) {
    const box = node.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  }

  /**
   * The candidate that lies best in a direction: near, and not far to the side.
   * @param {number[]} from @param {any[]} candidates @param {number[]} step @param {(one: any) => number[]} where
   */
  function nearest(from, candidates, step, where) {
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

  function positions() {
    const found = new Map();
    for (const node of stage.querySelectorAll('[role=button][data-entity]')) {
      found.set(node.dataset.entity, node.getBoundingClientRect());
    }
    return found;
  }

  /** What stays in the picture moves to its new place instead of jumping there. */
  function glide(before, root) {
    if (calm.matches || !before.size) return;
    const wide = root.getBoundingClientRect().width;
    if (!wide) return; // not on show: there is nothing to measure
    const factor = picture.width / wide;
    const timing = { duration: 320, easing: 'cubic-bezier(.2,.7,.2,1)' };
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

  /** Fit the width, and the height too unless words would get too small; the rest scrolls. */
  function resize() {
    const root = stage.firstElementChild;
    if (!root || !picture || !stage.clientWidth) return;
    if (!scale) {
      const across = stage.clientWidth / picture.width;
      const down = stage.clientHeight / picture.height;
      root.style.setProperty('--scale', String(Math.min(1.25, Math.max(Math.min(across, down), Math.min(across, 0.86), Math.min(down, 0.8), 0.6))));
    } else {
      root.style.setProperty('--scale', String(scale));
    }
    const used = Number(root.style.getPropertyValue('--scale'));
    root.setAttribute('width', String(Math.round(picture.width * used)));
    root.setAttribute('height', String(Math.round(picture.height * used)));
    stage.scrollTop = (picture.y + picture.cardHeight / 2) * used - stage.clientHeight / 2;
    stage.scrollLeft = (picture.x + picture.card[0] / 2) * used - stage.clientWidth / 2;
  }

  /** Larger or smaller; with 0 the whole picture, however small that makes it. */
  function zoomFocus(factor) {
    const root = stage.firstElementChild;
    if (!root || !picture) return;
    scale = factor
      ? Math.min(3, Math.max(0.3, Number(root.style.getPropertyValue('--scale')) * factor))
      : Math.min(1.25, stage.clientWidth / picture.width, stage.clientHeight / picture.height);
    resize();
  }

  new ResizeObserver(() => { if (!scale) resize(); }).observe(stage);

  Object.assign(allusion, { drawFocus: draw, zoomFocus, nearest, captions: CAPTIONS });
})(window.allusion);
