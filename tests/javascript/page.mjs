/** Opens the page in node: the DOM is linkedom, and texts have the widths that the data of the page gives them. */
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { parseHTML } from 'linkedom';

const WIDE = { width: 1100, height: 700 };
/** Sizes of the fonts of the texts whose width the page measures when it draws; see sheet.css and picture.css. */
const FONT_SIZES = { spoken: 18, sub: 11 };

/** The object `allusion` of the open page. @type {any} */
let allusion;
const widthOf = (text, size) => allusion.textWidth(text, size);

/** Adds what linkedom lacks because it has no layout: each element is as large as the window. */
function addLayout(window, size) {
  const fixed = (value) => ({ configurable: true, get: () => value });
  Object.defineProperties(window.Element.prototype, {
    clientWidth: fixed(size.width),
    clientHeight: fixed(size.height),
    offsetWidth: fixed(0),
    offsetHeight: fixed(0),
    getBoundingClientRect: { configurable: true, value: () => ({ x: 0, y: 0, ...size }) },
    getComputedTextLength: {
      configurable: true,
      value() {
        return widthOf(this.textContent, FONT_SIZES[this.getAttribute('class')]);
      },
    },
    scrollIntoView: { configurable: true, value() {} },
  });
  Object.defineProperty(window.HTMLSelectElement.prototype, 'value', {
    configurable: true,
    writable: true,
    value: '',
  });
  window.HTMLCanvasElement.prototype.getContext = () => pen;
}

/** A canvas context that draws nothing and measures text. */
const pen = new Proxy(
  { measureText: (text) => ({ width: widthOf(text, 12) }) },
  { get: (own, name) => own[name] ?? (() => pen) },
);

/** The object `allusion` of a page that was opened at an address, after the first frame. */
export async function open(file, hash, size = WIDE) {
  const { window, document } = parseHTML(readFileSync(file, 'utf8'));
  addLayout(window, size);
  const frames = [];
  const page = createContext({
    document,
    location: { hash, href: `file:///page.html${hash}`, replace() {} },
    performance: { mark() {} },
    devicePixelRatio: 1,
    matchMedia: (query) => ({
      matches: query.includes('reduced-motion') || (query.includes('max-width') && size.width < 720),
      addEventListener() {},
    }),
    getComputedStyle: () => ({ getPropertyValue: () => '' }),
    requestAnimationFrame: (act) => frames.push(act),
    cancelAnimationFrame() {},
    Path2D: class {},
    addEventListener() {},
    ResizeObserver: class {
      observe() {}
    },
    Option: function option(text, value) {
      const made = document.createElement('option');
      made.textContent = text;
      made.setAttribute('value', value);
      return made;
    },
    ...{ atob, Blob, Response, DecompressionStream, URLSearchParams },
  });
  page.window = page;
  for (const script of document.querySelectorAll('script:not([type])')) {
    runInContext(script.textContent, page);
    // boot() runs after this script has ended, so the object is known before the first text is measured.
    allusion = page.allusion ?? allusion;
  }
  while (!allusion.drawPanel || frames.length) {
    await new Promise(setImmediate);
    frames.splice(0).forEach((act) => act());
  }
  return allusion;
}

/** A drawing as text: one element a line, attributes in their order, coordinates rounded. */
export function readable(node, indent = '') {
  if (node.nodeType === 3) return node.textContent.trim() && `${indent}${node.textContent.trim()}\n`;
  const name = node.localName;
  // linkedom lists the attribute that was set last first.
  const attributes = [...node.attributes].reverse().map((one) => ` ${one.name}="${rounded(one.value)}"`);
  const inner = [...node.childNodes].map((child) => readable(child, `${indent}  `)).join('');
  return `${indent}<${name}${attributes.join('')}>\n${inner}`;
}

/** @param {string} text */
const rounded = (text) => text.replace(/-?\d+\.\d+/g, (number) => String(Math.round(Number(number) * 10) / 10));
