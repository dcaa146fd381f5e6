/**
 * Start of the page: unpacks the data, runs the other scripts, and has helpers to build the DOM. Text always becomes
 * a text node, never markup.
 */
(() => {
  'use strict';

  /** @type {((allusion: Allusion) => void)[]} */
  const parts = [];

  /** Unpack the text of an element: base64 of a zlib stream. @param {string} id */
  async function unpack(id) {
    const packed = atob(byId(id).textContent);
    const bytes = new Uint8Array(packed.length);
    for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at);
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    return new Response(stream).text();
  }

  /** Unpack the data, then run the scripts in order. */
  async function boot() {
    if (!('DecompressionStream' in window)) {
      // The browser continues to show the static picture and list.
      document.documentElement.className = '';
      return;
    }
    allusion.data = JSON.parse(await unpack('packed-data'));
    parts.forEach((part) => part(allusion));
    performance.mark('allusion-drawn');
  }

  /**
   * Create an HTML element. A string among the children becomes a text node; an attribute that is a function, such as
   * `click`, becomes an event listener.
   * @type {Allusion['el']}
   */
  function el(name, attributes, ...children) {
    return fill(document.createElement(name), attributes, children);
  }

  /** Create an SVG element; see `el`. @type {Allusion['svg']} */
  function svg(name, attributes, ...children) {
    return fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
  }

  /**
   * @template {Element} Node_
   * @param {Node_} node @param {Attributes | undefined} attributes @param {Child[]} children @returns {Node_}
   */
  function fill(node, attributes, children) {
    for (const [key, value] of Object.entries(/** @type {Record<string, any>} */ (attributes || {}))) {
      if (value === undefined || value === null || value === false || value === '') continue;
      if (typeof value === 'function') node.addEventListener(key, value);
      else node.setAttribute(key, value === true ? '' : String(value));
    }
    for (const child of /** @type {any[]} */ (children).flat(Infinity)) {
      if (child !== undefined && child !== null && child !== false && child !== '') node.append(child);
    }
    return node;
  }

  /**
   * A link to another site if its scheme is http or https, otherwise the text alone.
   * @type {Allusion['externalLink']}
   */
  function externalLink(url, ...children) {
    if (typeof url !== 'string' || !/^https?:\/\//i.test(url)) return el('span', {}, ...children);
    return el('a', { href: url, rel: 'noopener noreferrer', target: '_blank' }, ...children);
  }

  /**
   * The title of a source as a link; if it may not be a link, the URL follows as text.
   * @type {Allusion['sourceLink']}
   */
  function sourceLink({ title, url, unsafe }) {
    return [
      externalLink(unsafe ? undefined : url, title || url),
      title && unsafe && el('span', { class: 'address' }, ` ${readable(url || '')}`),
    ].filter(Boolean);
  }

  /** A URL without percent encoding, as the address bar of a browser shows it. @param {string} url */
  function readable(url) {
    try {
      return decodeURI(url).replace(/\s/g, encodeURIComponent);
    } catch {
      return url;
    }
  }

  /** @type {Allusion['byId']} */
  function byId(id) {
    return document.getElementById(id);
  }

  /** @type {Allusion['countOf']} */
  function countOf(number, one, many) {
    return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
  }

  /** Put a separator between items, which may be text or elements. @type {Allusion['separated']} */
  function separated(things, mark) {
    return things.flatMap((thing, index) => (index ? [mark, thing] : [thing]));
  }

  /**
   * Show a long list page by page: append the first `size` items, and return a button that appends the next ones and
   * moves the keyboard focus to the first of them.
   * @type {Allusion['pagedList']}
   */
  function pagedList(into, items, size, make) {
    const rest = [...items];
    const take = () => rest.splice(0, size).map(make);
    const words = () => `Show ${Math.min(size, rest.length)} more of ${rest.length.toLocaleString('en')}`;
    into.append(...take());
    if (!rest.length) return [into];
    const button = el(
      'button',
      {
        type: 'button',
        class: 'rest',
        click: () => {
          const made = take();
          into.append(...made);
          button.textContent = words();
          button.hidden = !rest.length;
          focusFirst(made[0]);
        },
      },
      words(),
    );
    return [into, button];
  }

  /** Focus the first control inside an element. @param {Element | undefined} node */
  function focusFirst(node) {
    const first = node?.querySelector('button, a, summary');
    if (first) first.focus();
  }

  const reducedMotion = window.matchMedia('(prefers-reduced-motion: reduce)');

  const allusion = /** @type {Allusion} */ ({
    views: {},
    el,
    svg,
    externalLink,
    sourceLink,
    byId,
    countOf,
    separated,
    unpack,
    boot,
    reducedMotion,
    pagedList,
    focusFirst,
    define: (make) => {
      parts.push(make);
    },
  });
  window.allusion = allusion;
})();
