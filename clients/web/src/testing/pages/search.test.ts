import { axe, hasChromium } from '@cloister/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage/open-stage.ts';
import { roomPage } from './room-page.ts';

let stage: Stage;
const field = (page: Page) => page.getByRole('combobox', { name: 'Search' });
const found = (page: Page) => page.locator('[data-hit]');
const path = (page: Page) => page.evaluate(() => location.pathname + location.search + location.hash);
const focusedHit = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-hit'));
const search = async (page: Page, text: string) => {
  await page.keyboard.press('Control+k');
  await page.keyboard.insertText(text);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Search', level: 1 }).waitFor();
};
/** Searches, and leaves what it comes to to the test. */
const held = async (page: Page, text = 'harbour') => {
  await page.evaluate(() => {
    window.scriptedSearch.held = true;
  });
  await search(page, text);
  await page.getByText('Searching…').waitFor();
};
type Found = Parameters<typeof window.scriptedSearch.view.show>[0];
const show = (page: Page, changes: Found) => page.evaluate((end) => window.scriptedSearch.view.show(end), changes);

describe.skipIf(!hasChromium)('search in a browser', () => {
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('finds, jumps and comes back by keyboard alone, and no address says what was searched (R395)', async () => {
    const { page, complaints } = await stage.open(roomPage);
    await search(page, 'harbour');
    await found(page).first().waitFor();
    expect(await path(page)).toBe('/search');
    expect(await found(page).first().locator('mark').first().textContent()).toMatch(/harbour/i);
    await page.keyboard.press('ArrowDown');
    const first = await focusedHit(page);
    expect(first).not.toBeNull();
    await page.keyboard.press('ArrowDown');
    const second = await focusedHit(page);
    expect([first, null]).not.toContain(second);
    await page.keyboard.press('Enter');
    const marked = page.getByRole('article', { name: /what you looked for/ });
    await marked.waitFor();
    expect(await path(page)).toMatch(/^\/rooms\/[0-9a-f-]{36}\/\d+$/);
    await expect.poll(() => marked.evaluate((entry) => entry === document.activeElement)).toBe(true);
    await page.goBack();
    await found(page).first().waitFor();
    expect(await focusedHit(page)).toBe(second);
    expect(await page.evaluate(() => window.scriptedSearch.texts)).toEqual(['harbour']);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Harbour redesign', level: 1 }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('has the page of results when one presses Enter for the first time: nothing stands in for it', async () => {
    const { page } = await stage.open(roomPage);
    const coming = page.waitForResponse(/results-page/);
    await page.keyboard.press('Control+k');
    const part = (await coming).url();
    await page.getByText('Type words to find messages and files in all your rooms.').waitFor();
    // Resolves after the page's own import of it.
    await page.evaluate(`import(${JSON.stringify(part)}).then(() => {})`);
    await page.keyboard.insertText('harbour');
    // Entered from the page itself: whatever is rendered in answer is there before the key is handled.
    const isThere = await page.evaluate(() => {
      const enter = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(enter);
      return new Promise((resolve) => {
        queueMicrotask(() => resolve(document.querySelector('main[aria-label="Search"]') !== null));
      });
    });
    expect(isThere).toBe(true);
  });

  it('goes to a room or a person by a few letters, with / as with Ctrl K', async () => {
    const { page } = await stage.open(roomPage);
    await page.getByRole('log', { name: 'Messages' }).focus();
    await page.keyboard.press('/');
    await page.keyboard.insertText('cere');
    await page.getByRole('option', { name: /Key ceremony/ }).waitFor();
    expect(await axe(page)).toEqual([]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Key ceremony' }).waitFor();
    expect(await page.evaluate(() => window.scriptedSearch.texts)).toEqual([]);
  });

  it('types / where one types', async () => {
    const { page } = await stage.open(roomPage);
    const composer = page.getByRole('textbox', { name: /^Message to/ });
    await composer.press('/');
    expect(await composer.inputValue()).toBe('/');
  });

  it('puts a filter and a name where the cursor is', async () => {
    const { page } = await stage.open(roomPage);
    await page.keyboard.press('Control+k');
    await page.keyboard.insertText('fr');
    await page.getByRole('option', { name: /from:/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await field(page).inputValue()).toBe('from:');
    await page.getByRole('option', { name: /Ben Okafor/ }).click();
    expect(await field(page).inputValue()).toBe('from:"Ben Okafor" ');
    await page.keyboard.insertText('plan');
    expect(await field(page).inputValue()).toBe('from:"Ben Okafor" plan');
  });

  it('does not search while an input method composes', async () => {
    const { page } = await stage.open(roomPage);
    await field(page).focus();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Input.imeSetComposition', { text: 'かいぎ', selectionStart: 3, selectionEnd: 3 });
    await page.keyboard.press('Enter');
    expect(await path(page)).toBe(roomPage);
    await devtools.send('Input.insertText', { text: '会議' });
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Search', level: 1 }).waitFor();
    expect(await page.evaluate(() => window.scriptedSearch.texts)).toEqual(['会議']);
  });

  it('offers what was asked before in this visit, and forgets it with the page', async () => {
    const { page } = await stage.open(roomPage);
    await search(page, 'harbour');
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Harbour redesign', level: 1 }).waitFor();
    await field(page).fill('');
    await page.getByRole('option', { name: /harbour.*Search again/ }).waitFor();
    const kept = () => page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(await kept()).not.toContain('harbour');
    await page.reload();
    await field(page).focus();
    await page.getByRole('option', { name: /from:/ }).waitFor();
    expect(await page.getByRole('option', { name: /Search again/ }).count()).toBe(0);
  });

  it('keeps to the room from which one asks', async () => {
    const { page } = await stage.open(roomPage);
    await page.getByRole('button', { name: 'More about this room' }).click();
    await page.getByRole('menuitem', { name: 'Search in this room' }).click();
    await expect.poll(() => field(page).evaluate((input) => input === document.activeElement)).toBe(true);
    expect(await field(page).inputValue()).toBe('in:"Harbour redesign" ');
    await page.keyboard.insertText('plan');
    expect(await field(page).inputValue()).toBe('in:"Harbour redesign" plan');
  });

  it('says nothing was found only where everything was looked at (R397)', async () => {
    const { page } = await stage.open(roomPage);
    await held(page);
    const status = page.getByRole('main', { name: 'Search' }).getByRole('status');
    await show(page, { state: 'done', reach: { rooms: 5, lagging: 0, missing: 0, unsearched: 0 } });
    await status.getByText('Nothing was found; the whole of 5 rooms was searched.').waitFor();
    const since = '2026-11-22T10:00:00.000Z';
    await show(page, { reach: { rooms: 5, lagging: 2, missing: 1, unsearched: 1, since }, unopened: 3 });
    await status.getByText('Nothing was found so far, but not everything could be searched.').waitFor();
    await status.getByText(/Messages since .*2026.* in 2 rooms are not indexed yet/).waitFor();
    await status.getByText('1 room has no index yet').waitFor();
    await status.getByText('1 room could not be searched now').waitFor();
    await status.getByText('3 messages may match and cannot be opened by you now.').waitFor();
    expect(await page.getByText('Nothing was found;').count()).toBe(0);
    expect(await axe(page)).toEqual([]);
    await page.getByRole('button', { name: 'Search again' }).click();
    await page.getByText('Searching…').waitFor();
    expect(await page.evaluate(() => window.scriptedSearch.texts)).toEqual(['harbour', 'harbour']);
  });

  it.each([
    ['core/search-off', 'Acme has search switched off', false],
    ['core/search-unavailable', 'The indexer of Acme, which answers searches, does not run', true],
    ['search/too-long', 'This search is longer than 1,024 characters.', false],
    ['search/too-many-parts', 'more than 64 words, phrases and filters', false],
    ['search/too-deep', 'more than 8 brackets', false],
    ['search/too-broad', 'Use fewer or rarer words, or name a room.', false],
    ['client/offline', 'It goes on as soon as you are connected again.', true],
    ['core/query-refused', 'Check that this device’s clock is right', true],
  ])('says what %s means and what one can do', async (code, sentence, mayAsk) => {
    const { page } = await stage.open(roomPage);
    await held(page);
    await show(page, { state: 'failed', code });
    await page.getByRole('main', { name: 'Search' }).getByRole('status').getByText(sentence).waitFor();
    expect(await page.getByRole('button', { name: 'Search again' }).count()).toBe(mayAsk ? 1 : 0);
    await page.context().close();
  });

  it('goes on by itself when the connection is back, and when the indexer may be', async () => {
    const { page } = await stage.open(roomPage);
    await held(page);
    await page.clock.install();
    const asked = () => page.evaluate(() => window.scriptedSearch.view.asked);
    await page.evaluate(() => window.scripted.connection({ state: 'offline' }));
    await show(page, { state: 'failed', code: 'client/offline' });
    await page.getByText('It goes on as soon as you are connected again.').waitFor();
    expect(await asked()).toBe(0);
    await page.evaluate(() => window.scripted.connection({ state: 'online' }));
    await expect.poll(asked).toBe(1);
    await show(page, { code: 'core/search-unavailable' });
    await page.getByText('We ask again by ourselves').waitFor();
    await page.clock.runFor(11_000);
    await expect.poll(asked).toBe(2);
    await page.evaluate(() => window.scripted.switchKeys(true));
    await page.getByText('The main key of Acme is off').waitFor();
  });

  it('offers the names that may have been meant', async () => {
    const { page } = await stage.open(roomPage);
    await held(page, 'plan from:benn');
    await show(page, { state: 'unknown', unknown: [{ filter: 'from', name: 'benn' }] });
    await page.getByText('You know nobody who is called “benn”.').waitFor();
    await page.getByRole('button', { name: 'Ben Okafor' }).click();
    await page.getByText('Searching…').waitFor();
    expect(await page.evaluate(() => window.scriptedSearch.texts.at(-1))).toBe('plan from:"Ben Okafor"');
  });

  it('asks for older ones by a button and at the end of the list', async () => {
    const { page } = await stage.open(roomPage);
    await search(page, 'harbour');
    const asked = () => page.evaluate(() => window.scriptedSearch.view.asked);
    await found(page).first().waitFor();
    await show(page, { canMore: true });
    await page.getByRole('button', { name: 'Show older ones' }).scrollIntoViewIfNeeded();
    await expect.poll(asked).toBeGreaterThan(0);
    const before = await asked();
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await expect.poll(asked).toBeGreaterThan(before);
  });

  it.each([
    ['English, light', { locale: 'en-US', colorScheme: 'light' }],
    ['Japanese, dark', { locale: 'ja-JP', colorScheme: 'dark' }],
    ['Japanese, phone', { locale: 'ja-JP', viewport: { width: 390, height: 780 } }],
  ] as const)('has nothing for axe, %s', async (_look, options) => {
    const { page, complaints } = await stage.open('/search', options);
    expect(await axe(page)).toEqual([]);
    const box = page.getByRole('combobox');
    await box.fill('o');
    await page.getByRole('option').first().waitFor();
    expect(await axe(page)).toEqual([]);
    await box.fill('1');
    await box.press('Enter');
    await found(page).first().waitFor();
    expect(await axe(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
