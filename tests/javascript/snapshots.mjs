/**
 * Each drawing of the page as a text file, so that a diff shows what a change does to it. With ALLUSION_UPDATE=1 the
 * files are written again.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { open, readable } from './page.mjs';

const FOLDER = new URL('snapshots/', import.meta.url);
const PHONE = { width: 390, height: 700 };
const FILM = 'chungking-express';
const ALL_FAMILIES = 'kinds=reference,influence,comparison,derivation,credit';

/** Name of the snapshot: the address, the size of the window, and the element if the view draws several. */
const DRAWINGS = {
  focus: [`#/focus/${FILM}`],
  'focus-in-japanese': [`#/focus/${FILM}?lang=ja`],
  'focus-of-a-person-two-hops': [`#/focus/tomokazu-miura?open=${FILM}`],
  'focus-on-a-phone': [`#/focus/${FILM}?as=picture`, PHONE],
  network: [`#/network/${FILM}`],
  'network-of-references': [`#/network/${FILM}?kinds=reference&all=1`],
  timeline: [`#/timeline/${FILM}`],
  'timeline-of-everything': [`#/timeline/${FILM}?all=1&lang=ja`],
  path: [`#/path/moonlight/${FILM}`],
  'path-on-a-phone': [`#/path/moonlight/${FILM}?as=picture`, PHONE, '#path-body svg.upright'],
  scene: [`#/scene/${FILM}`],
  'scene-on-a-phone': [`#/scene/${FILM}?as=picture`, PHONE, '#scene-page svg.upright'],
  compare: [`#/compare/${FILM}/fallen-angels?${ALL_FAMILIES}`],
  'compare-on-a-phone': [`#/compare/${FILM}/fallen-angels?as=picture&${ALL_FAMILIES}`, PHONE],
};

for (const [name, [address, size, selector]] of Object.entries(DRAWINGS)) {
  test(`the drawing ${name} is its snapshot`, async () => {
    const allusion = await open(process.env.ALLUSION_PAGE ?? '', address, size);
    const view = allusion.views[allusion.state().view];
    const drawing = selector ? allusion.byId('main').querySelector(selector) : view.picture();
    const file = new URL(`${name}.txt`, FOLDER);
    const now = readable(drawing);
    if (process.env.ALLUSION_UPDATE) writeFileSync(file, now);
    assert.equal(now, readFileSync(file, 'utf8'));
  });
}

test('every snapshot belongs to a drawing', () => {
  const names = readdirSync(FOLDER).map((file) => file.replace('.txt', ''));
  assert.deepEqual(names.sort(), Object.keys(DRAWINGS).sort());
});
