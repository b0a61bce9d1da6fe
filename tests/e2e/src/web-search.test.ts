import { axe, hasChromium, startChromium } from '@cloister/browser';
import { type Constellation, constellation } from '@cloister/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hits, resultTexts, search, searchField, searchUntil } from './web/search-page.ts';
import { createRoom, showPeople, type WebPerson, webPerson } from './web/web-person.ts';

let all: Constellation;
let browser: Browser;
let alice: WebPerson;
let ben: WebPerson;
let chloe: WebPerson;

const indexing = 'Machines that make content searchable';

describe.skipIf(!hasChromium)('people search in browsers', () => {
  beforeAll(async () => {
    all = await constellation({ web: true, search: true });
    browser = await startChromium();
    alice = await webPerson(all, browser, 'alice');
    ben = await webPerson(all, browser, 'ben');
    chloe = await webPerson(all, browser, 'chloe');
  });
  afterAll(async () => {
    await browser?.close();
    await all?.stop();
  });

  it('finds what others wrote in English, Japanese and Korean, by keyboard alone (R395)', async () => {
    await createRoom(alice, 'Harbour', [ben, chloe]);
    for (const text of [
      'The benches were running late',
      '会議室は三階です',
      '오늘은 검색을 고칩니다',
      'Nothing else',
    ]) {
      await alice.say(text);
    }
    for (const [query, text] of [
      ['run', 'The benches were running late'],
      ['会議', '会議室は三階です'],
      ['검색', '오늘은 검색을 고칩니다'],
    ] as const) {
      await searchUntil(ben, query, text);
      expect(await resultTexts(ben), query).toEqual([text]);
    }
    expect(await hits(ben).locator('mark').allTextContents()).toEqual(['검색']);
    expect(await ben.page.evaluate(() => location.pathname + location.search + location.hash)).toBe('/search');
    expect(await axe(ben.page)).toEqual([]);
  });

  it('jumps to the message in its room, and comes back to what was found', async () => {
    await search(ben, 'benches');
    await hits(ben).first().waitFor();
    await ben.page.keyboard.press('ArrowDown');
    await ben.page.keyboard.press('Enter');
    const marked = ben.page.getByRole('article', { name: /what you looked for/ });
    await marked.getByText('The benches were running late').waitFor();
    await expect.poll(() => marked.evaluate((entry) => entry === document.activeElement)).toBe(true);
    await ben.page.goBack();
    await hits(ben).first().waitFor();
    expect(await resultTexts(ben)).toEqual(['The benches were running late']);
    await ben.page.keyboard.press('Escape');
  });

  it('keeps to people and rooms as one types them', async () => {
    await ben.enter('Harbour');
    await ben.say('The benches are mine');
    await createRoom(alice, 'Kitchen', [ben]);
    await alice.say('No benches here');
    await searchUntil(ben, 'benches in:Kitchen', 'No benches here');
    await searchUntil(ben, 'benches from:me', 'The benches are mine');
    expect(await resultTexts(ben)).toEqual(['The benches are mine']);
    await searchField(ben).fill(`benches from:${alice.name.slice(0, 3)}`);
    await ben.page
      .getByRole('option', { name: new RegExp(alice.name) })
      .first()
      .click();
    await ben.page.keyboard.press('Enter');
    await expect.poll(() => resultTexts(ben)).toEqual(['No benches here', 'The benches were running late']);
    await search(ben, 'benches from:Nobodyatall');
    await ben.page.getByText('You know nobody who is called “Nobodyatall”.').waitFor();
  });

  it('follows edits and deletions (R391)', async () => {
    await alice.enter('Harbour');
    await alice.say('Lanterns on the pier');
    await searchUntil(ben, 'lanterns', 'Lanterns on the pier');
    await alice.composer.press('ArrowUp');
    await alice.composer.fill('Lamps on the pier');
    await alice.composer.press('Enter');
    await searchUntil(ben, 'lamps', 'Lamps on the pier');
    await search(ben, 'lanterns');
    await ben.page.getByText(/Nothing was found; the whole of \d+ rooms? was searched/).waitFor();
    const last = alice.log.getByRole('article').last();
    await last.hover();
    await last.getByRole('button', { name: 'Delete message' }).click();
    await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await alice.sees('Message deleted');
    await search(ben, 'lamps');
    await ben.page.getByText(/Nothing was found; the whole of \d+ rooms? was searched/).waitFor();
  });

  it('finds nothing for somebody who is no longer in the room (R397)', async () => {
    await searchUntil(chloe, 'benches', 'The benches are mine');
    const panel = await showPeople(alice);
    await panel.getByRole('button', { name: `Remove ${chloe.name}` }).click();
    await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await alice.sees(`You removed ${chloe.name}`);
    await search(chloe, 'benches');
    await chloe.page.getByText(/Nothing was found; /).waitFor();
    expect(await resultTexts(chloe)).toEqual([]);
  });

  it('shows the indexer among those who can read a room (R390)', async () => {
    await ben.enter('Harbour');
    const panel = await showPeople(ben);
    await panel.getByText(indexing).waitFor();
  });

  it('finds in a shared room for a person of another organisation, by their own indexer', async () => {
    const grace = await webPerson(all, browser, 'grace');
    await createRoom(alice, 'Together', [grace]);
    await alice.say('Cranes across the water');
    await searchUntil(grace, 'crane', 'Cranes across the water');
    await searchUntil(alice, 'crane', 'Cranes across the water');
    await grace.close();
  });

  it('is the same in Japanese', async () => {
    await ben.page.evaluate(() => localStorage.setItem('cloister.language', 'ja'));
    await ben.page.reload();
    const field = ben.page.getByRole('combobox', { name: '検索' });
    await field.fill('会議');
    await field.press('Enter');
    await hits(ben).filter({ hasText: '会議室は三階です' }).waitFor();
    await ben.page.getByText('1件（新しい順）').waitFor();
    expect(await axe(ben.page)).toEqual([]);
    await ben.page.evaluate(() => localStorage.setItem('cloister.language', 'en'));
    await ben.page.reload();
    await searchField(ben).waitFor();
  });

  it('says that the indexer is away, and goes on by itself when it is back', async () => {
    const indexer = 'acme-indexer';
    await all.deployment.kill(indexer, 'SIGKILL');
    await alice.enter('Harbour');
    await alice.say('Written while it was away');
    await search(ben, 'benches');
    await ben.page.getByText('which answers searches, does not run at the moment').waitFor();
    await all.deployment.start(indexer);
    await hits(ben).filter({ hasText: 'The benches are mine' }).waitFor();
    await searchUntil(ben, 'away', 'Written while it was away');
  });

  it('shows how far the index reaches, and is switched off and on in the Control Hub (R390)', async () => {
    await alice.page.getByRole('button', { name: /^Account of/ }).click();
    await alice.page.getByRole('menuitem', { name: 'Administration' }).click();
    await alice.page.getByRole('navigation', { name: 'Administration' }).getByRole('link', { name: 'Search' }).click();
    const index = alice.page.getByRole('region', { name: 'Index' });
    await index.getByText('Postings').waitFor();
    expect(await axe(alice.page)).toEqual([]);
    await alice.page.getByRole('link', { name: 'Overview' }).click();
    const section = alice.page.getByRole('region', { name: 'Functions that need keys' });
    await section.getByRole('switch', { name: indexing }).click();
    await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Switch off' }).click();
    await section.getByRole('switch', { name: indexing, checked: false }).waitFor();
    await search(ben, 'benches');
    await ben.page.getByText('has search switched off').waitFor();
    await section.getByRole('switch', { name: indexing }).click();
    await alice.page.getByRole('alertdialog').getByRole('button', { name: 'Switch on' }).click();
    await section.getByRole('switch', { name: indexing, checked: true }).waitFor();
    await searchUntil(ben, 'benches', 'The benches are mine');
    // Off, away, and asked for too often by whoever waits for the index: each has its sentence on the screen.
    const complaints = [...alice.complaints, ...ben.complaints];
    expect(complaints.filter((line) => !/status of (403|429|503)/.test(line))).toEqual([]);
  });
});
