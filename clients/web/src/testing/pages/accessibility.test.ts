import { axe, hasChromium } from '@cloister/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage/open-stage.ts';
import { roomPage } from './room-page.ts';

let stage: Stage;
beforeAll(async () => {
  if (hasChromium) stage = await openStage();
});
afterAll(() => stage?.close());

const nothing = async () => {};
const fromAccount = (item: RegExp) => async (page: Page) => {
  await page.getByRole('button', { name: /Account of|アカウント/ }).click();
  await page.getByRole('menuitem', { name: item }).click();
  await page.getByRole('dialog').waitFor();
};

/** Every page and dialog: how to get there. Names are in both languages. */
const places: [name: string, path: string, go: (page: Page) => Promise<unknown>][] = [
  ['the welcome page', '/?page=welcome', nothing],
  ['the page for a failed start', '/?page=failed', nothing],
  ['the list alone', '/', nothing],
  ['a room', roomPage, nothing],
  ['the people panel', roomPage, (page) => page.getByRole('button', { name: /^Show \d|メンバー\d/ }).click()],
  ['the room menu', roomPage, (page) => page.getByRole('button', { name: /More about|ルームの操作/ }).click()],
  ['the new room dialog', roomPage, (page) => page.getByRole('button', { name: /New room|新しいルーム/ }).click()],
  [
    'a room with the line of the first outsider',
    roomPage,
    (page) => page.getByText(/is the first person from outside|最初のAcme以外の人/).scrollIntoViewIfNeeded(),
  ],
  ['settings', roomPage, fromAccount(/Settings|設定/)],
  ['the shortcuts', roomPage, fromAccount(/shortcuts|ショートカット/)],
  [
    'a room without a connection',
    roomPage,
    (page) => page.evaluate(() => window.scripted.connection({ state: 'offline' })),
  ],
];
const looks = [
  ['English, light', { locale: 'en-US', colorScheme: 'light' }],
  ['Japanese, dark', { locale: 'ja-JP', colorScheme: 'dark' }],
  ['Japanese, phone', { locale: 'ja-JP', colorScheme: 'light', viewport: { width: 390, height: 780 } }],
] as const;

describe.skipIf(!hasChromium).each(looks)('axe, %s', (_look, options) => {
  it.each(places)('finds nothing on %s', async (name, path, go) => {
    const phone = 'viewport' in options;
    // On a phone the list and an open room are separate pages.
    if (phone && name === 'the new room dialog') path = '/';
    if (phone && (name === 'settings' || name === 'the shortcuts')) path = '/';
    const { page, complaints } = await stage.open(path, options);
    await go(page);
    expect(await axe(page)).toEqual([]);
    expect(complaints, 'nothing breaks the content security policy').toEqual([]);
    await page.context().close();
  });
});
