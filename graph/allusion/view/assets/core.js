/**
 * The ground of the page: parts that wait for the data, and how text is written, which is
 * as text, never as markup. Each part is a function of what the parts before it gave;
 * shared.d.ts says what that is.
 */
(function () {
  'use strict';

  /** @type {((allusion: Allusion) => void)[]} */
  const parts = [];

  /** The text of an element that document.py packed: base64 of a zlib stream. */
  async function unpack(id) {
    const packed = atob(byId(id).textContent);
    const bytes = new Uint8Array(packed.length);
    for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    return new Response(stream).text();
  }

  /** Unpack the data and let the parts take their turns. */
  async function boot() {
    if (!('DecompressionStream' in window)) {
      // The picture and the list that stand in the file are what such a browser shows.
      document.documentElement.className = '';
      return;
    }
    allusion.data = JSON.parse(await unpack('packed-data'));
    parts.forEach((part) => part(allusion));
    performance.mark('allusion-drawn');
  }

  /**
   * An element with attributes and children; strings become text nodes. A function
   * under a name such as "click" listens.
   */
  function el(name, attributes, ...children) {
    return fill(document.createElement(name), attributes, children);
  }

  function svg(name, attributes, ...children) {
    return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
  }

  function fill(node, attributes, children) {
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === undefined || value === null || value === false || value === '') continue;
      if (typeof value === 'function') node.addEventListener(key, value);
      else node.setAttribute(key, value === true ? '' : String(value));
    }
    for (const child of children.flat(Infinity)) {
      if (child !== undefined && child !== null && child !== false && child !== '') node.append(child);
    }
    return node;
  }

  /** A link out of the page where the address may be followed, else its text. */
  function linkOut(url, ...children) {
    if (typeof url !== 'string' || !url.startsWith('https://')) return el('span', {}, ...children);
    return el('a', { href: url, rel: 'noopener noreferrer', target: '_blank' }, ...children);
  }

  /** A source by its title, which leads there; where it may not be followed, its address stands behind it. */
  function sourceLink({ title, url }) {
    const safe = !url || url.startsWith('https://');
    return [linkOut(url, title || url), title && !safe && el('span', { class: 'address' }, ` ${readable(url)}`)].filter(Boolean);
  }

  /** An address in its own script, as a browser shows and takes it. */
  function readable(url) {
    try {
      return decodeURI(url).replace(/\s/g, encodeURIComponent);
    } catch {
      return url;
    }
  }

  function byId(id) {
    return document.getElementById(id);
  }

  function countOf(number, one, many) {
    return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
  }

  /** Things with a comma or a semicolon between them, for text and elements alike. */
  function separated(things, mark) {
    return things.flatMap((thing, index) => (index ? [mark, thing] : [thing]));
  }

  /**
   * Many things some at a time: the first of them, and a button for the next, to whose first
   * the keyboard is led.
   * @param {HTMLElement} into @param {any[]} items @param {number} size @param {(item: any) => HTMLElement} make
   */
  function pagedList(into, items, size, make) {
    const rest = [...items];
    const take = () => rest.splice(0, size).map(make);
    const words = () => `Show ${Math.min(size, rest.length)} more of ${rest.length.toLocaleString('en')}`;
    into.append(...take());
    if (!rest.length) return [into];
    const button = el('button', {
      type: 'button', class: 'rest',
      click: () => {
        const made = take();
        into.append(...made);
        button.textContent = words();
        button.hidden = !rest.length;
        focusFirst(made[0]);
      },
    }, words());
    return [into, button];
  }

  /** Put the keyboard on the first thing in it that can be used. */
  function focusFirst(node) {
    const first = node && node.querySelector('button, a, summary');
    if (first) first.focus();
  }

  const reducedMotion = window.matchMedia('(prefers-reduced-motion: reduce)');

  const allusion = /** @type {Allusion} */ ({
    views: {}, el, svg, linkOut, sourceLink, byId, countOf, separated, unpack, boot, reducedMotion, pagedList, focusFirst,
    define: (make) => { parts.push(make); },
  });
  window.allusion = allusion;
})();
