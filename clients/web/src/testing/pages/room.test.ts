import { hasChromium } from '@cloister/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage/open-stage.ts';
import { quietRoomPage, roomPage } from './room-page.ts';

let stage: Stage;
const composer = (page: Page) => page.getByRole('textbox', { name: /^Message to/ });
const log = (page: Page) => page.getByRole('log', { name: 'Messages' });
const entries = (page: Page) => log(page).getByRole('article');

describe.skipIf(!hasChromium)('a room in a browser', () => {
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('sends on Enter, begins a line on Shift+Enter', async () => {
    const { page } = await stage.open(roomPage);
    await composer(page).fill('first line');
    await composer(page).press('Shift+Enter');
    await composer(page).pressSequentially('second line');
    await composer(page).press('Enter');
    await entries(page).last().getByText('first line\nsecond line').waitFor();
    expect(await composer(page).inputValue()).toBe('');
  });

  it('does not send while an input method composes', async () => {
    const { page } = await stage.open(roomPage);
    await entries(page).first().waitFor();
    const before = await entries(page).count();
    await composer(page).focus();
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
    await composer(page).press('Enter');
    expect(await entries(page).count()).toBe(before);
    await devtools.send('Input.insertText', { text: '日本' });
    // Some browsers end the composition first and tell of its Enter by key code 229 only.
    await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', windowsVirtualKeyCode: 229 });
    expect(await entries(page).count()).toBe(before);
    expect(await composer(page).inputValue()).toContain('日本');
    await composer(page).press('Enter');
    await entries(page).last().getByText('日本').waitFor();
  });

  it('shows markup in a message as the text it is', async () => {
    const { page, complaints } = await stage.open(roomPage);
    const text = '<img src=x onerror="alert(1)"> javascript:alert(1) https://example.org/a';
    await composer(page).fill(text);
    await composer(page).press('Enter');
    await entries(page).last().getByText('<img src=x').waitFor();
    const links = await entries(page)
      .last()
      .getByRole('link')
      .evaluateAll((found) => found.map((link) => link.getAttribute('href')));
    expect(links).toEqual(['https://example.org/a']);
    expect(complaints).toEqual([]);
  });

  it('edits the last message with ↑, and says that it was edited', async () => {
    const { page } = await stage.open(roomPage);
    await composer(page).fill('a mistkae');
    await composer(page).press('Enter');
    await composer(page).press('ArrowUp');
    await page.getByText('Editing your message').waitFor();
    expect(await composer(page).inputValue()).toBe('a mistkae');
    await composer(page).fill('a mistake');
    await composer(page).press('Enter');
    const last = entries(page).last();
    await last.getByText('a mistake').waitFor();
    await last.getByText('Edited').waitFor();
  });

  it('deletes an own message after asking, and leaves a mark', async () => {
    const { page } = await stage.open(roomPage);
    await composer(page).fill('taken back');
    await composer(page).press('Enter');
    await entries(page).last().hover();
    await entries(page).last().getByRole('button', { name: 'Delete message' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await entries(page).last().getByText('Message deleted').waitFor();
    expect(await log(page).getByText('taken back').count()).toBe(0);
  });

  it('keeps a draft for each room', async () => {
    const { page } = await stage.open(roomPage);
    await composer(page).fill('half a thought');
    await page.getByRole('link', { name: /Key ceremony/ }).click();
    await page.getByRole('heading', { name: 'Key ceremony' }).waitFor();
    expect(await composer(page).inputValue()).toBe('');
    await page.getByRole('link', { name: /Harbour redesign/ }).click();
    await page.getByRole('heading', { name: 'Harbour redesign' }).waitFor();
    expect(await composer(page).inputValue()).toBe('half a thought');
  });

  it('says why a message was not sent, and sends it again', async () => {
    const { page } = await stage.open(roomPage);
    await page.evaluate(() => {
      window.scripted.failSends = 'client/roster-mismatch';
    });
    await composer(page).fill('careful');
    await composer(page).press('Enter');
    const last = entries(page).last();
    await last.getByText('Not sent.').waitFor();
    await last.getByRole('button', { name: 'Send again' }).click();
    await last.getByText('Not sent.').waitFor({ state: 'detached' });
  });

  it('tells of a lost connection and of its return, without a reload', async () => {
    const { page } = await stage.open(roomPage);
    await entries(page).first().waitFor();
    await page.evaluate(() => window.scripted.connection({ state: 'offline' }));
    await page.getByText('No connection.').waitFor();
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByText('Connected again.').waitFor();
  });

  it('opens what could not be opened in its place, on request', async () => {
    const { page } = await stage.open(roomPage);
    await log(page).getByText('The key server does not answer.').waitFor();
    const count = await entries(page).count();
    await log(page).getByRole('button', { name: 'Try again' }).click();
    await log(page).getByText('It opened after all.').waitFor();
    expect(await entries(page).count()).toBe(count);
  });

  it('marks where reading stopped, and Escape takes the mark away', async () => {
    const { page } = await stage.open(roomPage);
    await log(page).getByText('New', { exact: true }).waitFor();
    await log(page).focus();
    await page.keyboard.press('Escape');
    await log(page).getByText('New', { exact: true }).waitFor({ state: 'detached' });
  });

  it('loads earlier messages without moving what one reads', async () => {
    const { page } = await stage.open(roomPage);
    await entries(page).first().waitFor();
    const first = await entries(page).first().elementHandle();
    await first?.evaluate((entry) => entry.scrollIntoView({ block: 'start' }));
    await page.waitForFunction((count) => document.querySelectorAll('article').length > count, 30);
    // In a room that jumped, the entry would now be a page of messages further down.
    const top = await first?.evaluate((entry) => entry.getBoundingClientRect().top);
    expect(Math.abs((top ?? 1000) - 60)).toBeLessThan(300);
  });

  it('goes through the parts of the page with F6', async () => {
    const { page } = await stage.open(roomPage);
    await composer(page).waitFor();
    await page.getByRole('link', { name: /Key ceremony/ }).click();
    await page.getByRole('heading', { name: 'Key ceremony' }).waitFor();
    await composer(page).focus();
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);
    await page.keyboard.press('F6');
    expect(await focused()).toContain('Key ceremony');
    await page.keyboard.press('F6');
    expect(await focused()).toBe('Messages');
    await page.keyboard.press('Shift+F6');
    expect(await focused()).toContain('Key ceremony');
  });

  it('shows the shortcuts on “?”, but types it where one types', async () => {
    const { page } = await stage.open(roomPage);
    await composer(page).press('?');
    expect(await composer(page).inputValue()).toBe('?');
    await log(page).focus();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('changes the language, and remembers it', async () => {
    const { page } = await stage.open(quietRoomPage);
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Settings' }).click();
    await page.getByRole('radio', { name: '日本語' }).check();
    await page.getByRole('dialog', { name: '設定' }).waitFor();
    await page.reload();
    await page.getByRole('navigation', { name: 'ルーム' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('ja');
  });
});
