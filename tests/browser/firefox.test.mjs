/**
 * The tasks of a person in Firefox, driven by WebDriver BiDi. The variables PAGE_PATH, FIREFOX_PATH and
 * DOWNLOADS_PATH name the page, the program and an empty folder.
 */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';

const { PAGE_PATH, FIREFOX_PATH, DOWNLOADS_PATH } = process.env;
const ADDRESS = pathToFileURL(PAGE_PATH).href;
const VIEWS = ['focus', 'network', 'timeline', 'path', 'compare', 'scene'];

let browser;
let page;
const complaints = [];
const requests = [];

before(async () => {
  browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: FIREFOX_PATH,
    headless: true,
    extraPrefsFirefox: {
      'browser.download.folderList': 2,
      'browser.download.dir': DOWNLOADS_PATH,
      'browser.download.alwaysOpenPanel': false,
    },
  });
  page = await browser.newPage();
  page.on('console', (message) => ['error', 'warn'].includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (/^https?:/.test(request.url())) requests.push(request.url());
  });
});

after(async () => {
  await browser?.close();
});

/** Open an address of the page as if for the first time. */
async function open(hash, width = 1280, height = 720) {
  await page.setViewport({ width, height });
  await page.goto('about:blank');
  await page.goto(`${ADDRESS}${hash}`);
  await page.waitForFunction('allusion.state');
}

const text = (selector) => page.$eval(selector, (one) => one.textContent);
const count = (selector) => page.$$eval(selector, (all) => all.length);

test('a name in Japanese finds the actor, and the film that names him shows its evidence', async () => {
  await open('');
  await page.keyboard.press('/');
  await page.keyboard.type('三浦友和');
  await page.waitForSelector('#found [role=option]');
  await page.keyboard.press('Enter');
  await page.waitForFunction("document.querySelector('#picture .card .title').textContent === 'Tomokazu Miura'");
  await page.locator('#picture .block ::-p-text(Chungking Express)').click();
  await page.waitForFunction("document.querySelector('#panel').textContent.includes('With Tomokazu Miura')");
  const panel = await text('#panel');
  assert.match(panel, /Cop 223 shouts.* kill Tomokazu Miura/s);
  assert.ok((await count('#panel .connection .evidence a[href^="https://"]')) > 0);
});

test('families of connections are switched off in the legend, and on again', async () => {
  await open('#/focus/chungking-express');
  await page.waitForSelector('#picture .strand.reference');
  await page.click("[data-filter='family reference']");
  await page.waitForFunction("!document.querySelector('#picture .strand.reference')");
  await page.click("[data-filter='family reference']");
  await page.waitForSelector('#picture .strand.reference');
});

test('a path between two films is found by their names', async () => {
  await open('#/path/chungking-express');
  assert.equal(await count('#path-body .path-text'), 3);
  for (const [field, name] of [
    ['#path-from', 'moonlight'],
    ['#path-to', '重慶森林'],
  ]) {
    await page.click(field, { count: 3 });
    await page.type(field, name);
    await page.waitForSelector(`${field}-found [role=option]`);
    await page.keyboard.press('Enter');
  }
  await page.waitForFunction("location.hash === '#/path/moonlight/chungking-express'");
  assert.match(await text('#path-body .lead'), /1 hop\./);
});

test('the network is inside its box and its labels do not overlap', async () => {
  for (const [width, height] of [
    [1280, 720],
    [820, 1180],
    [390, 844],
  ]) {
    await open('#/network/chungking-express?list=0', width, height);
    if (await page.$eval('#list-view', (one) => one.checkVisibility())) await page.click('#as-list');
    await page.waitForSelector('#canvas[data-ready]');
    const { box, inner, labels } = await page.evaluate(() => {
      const size = (one) => one.getBoundingClientRect().toJSON();
      const frame = document.querySelector('#canvas');
      return {
        box: size(frame),
        inner: size(frame.querySelector('canvas')),
        labels: allusion.networkModel.seen.labels.boxes,
      };
    });
    assert.ok(box.height >= 300, `the network is ${box.height} px high at ${width}`);
    assert.ok(inner.right <= box.right + 1 && inner.bottom <= box.bottom + 1);
    assert.ok(labels.length >= 15);
    for (const [index, one] of labels.entries())
      for (const other of labels.slice(index + 1))
        assert.ok(one[0] >= other[2] || other[0] >= one[2] || one[1] >= other[3] || other[1] >= one[3]);
  }
});

test('every view is drawn on a laptop, and a link to it opens the same view', async () => {
  for (const view of VIEWS) {
    await open(`#/${view}/chungking-express`);
    await page.waitForFunction(`document.querySelector('#${view}-view').checkVisibility()`);
    await page.reload();
    await page.waitForFunction(`document.querySelector('#${view}-view').checkVisibility()`);
    assert.equal(await page.evaluate('location.hash'), `#/${view}/chungking-express`);
  }
});

test('the list is sorted, and the picture comes back, by keyboard alone', async () => {
  await open('#/focus/chungking-express');
  await page.focus('#as-list');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#list-view .sort');
  await page.focus('#list-view .sort');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#list-view [aria-sort]');
  await page.focus('#as-list');
  await page.keyboard.press('Enter');
  await page.waitForFunction("document.querySelector('#picture .card').checkVisibility()");
});

test('the drawing is saved as a file that is SVG', async () => {
  await open('#/focus/chungking-express');
  await page.waitForSelector('#picture .card');
  await page.click('#save-svg');
  let files = [];
  for (let tries = 0; tries < 100 && !files.some((name) => name.endsWith('.svg')); tries += 1) {
    await new Promise((done) => setTimeout(done, 100));
    files = await readdir(DOWNLOADS_PATH);
  }
  assert.ok(
    files.some((name) => name.endsWith('.svg')),
    `saved: ${files}`,
  );
  const svg = await readFile(`${DOWNLOADS_PATH}/${files.find((name) => name.endsWith('.svg'))}`, 'utf8');
  assert.match(svg, /^<\?xml|^<svg/);
  assert.ok(svg.includes('Chungking'));
});

test('the page asks for nothing and reports no error', () => {
  assert.deepEqual(requests, []);
  assert.deepEqual(complaints, []);
});
