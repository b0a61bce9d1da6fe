import { axe, hasChromium } from '@cloister/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../stage/open-stage.ts';
import { playIdentity } from './play-identity.ts';

let stage: Stage;
const numbers = {
  rooms: 1200,
  indexed: 1100,
  lagging: 2,
  since: '2026-11-22T01:00:00.000Z',
  postings: 45_000,
  bytes: 5e6,
};
const attack = { name: 'frequency', measure: 'top 20', unprotected: 0.25, protected: 0.004 };
const figures = {
  ...{ v: 1, at: '2026-11-22T01:00:00.000Z', postings: 10, documents: 5, tokens: 9, perDocument: 2 },
  ...{ sharedTokens: 1, searched: 0, attacks: [attack] },
};

/** Plays the core for a page that was opened already; returns what was asked of its index. */
const playIndex = async (page: Page): Promise<string[]> => {
  const asked: string[] = [];
  const state = { ...numbers };
  const link = (path: string) => new URL(path, page.url()).href;
  const names = ['wdm', 'encryption', 'conversation', 'files'];
  const serviceLinks = Object.fromEntries(names.map((name) => [name, link(`/${name}/api/v1`)]));
  await page.route('**/u2c/api/v1/catalog*', (route) => route.fulfill({ json: { serviceLinks } }));
  await page.route('**/search/v1/index', (route) => {
    const method = route.request().method();
    asked.push(method);
    if (method === 'GET') return route.fulfill({ json: state });
    Object.assign(state, { indexed: 0, postings: 0, bytes: 0 });
    return route.fulfill({ status: 204 });
  });
  await playIdentity(page, ['member', 'full-admin']);
  return asked;
};

describe.skipIf(!hasChromium)('the page of search in the administration', () => {
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  it('tells how far the index reaches, and that search is off (R390)', async () => {
    const { page, complaints } = await stage.open('/hub/search');
    await playIndex(page);
    const index = page.getByRole('region', { name: 'Index' });
    await index.getByText('1,100 of 1,200 have an index').waitFor();
    await index.getByText(/not in the index yet: 2; the oldest of them is of .*2026/).waitFor();
    await index.getByText('45,000').waitFor();
    await page.getByText('Search is switched off: nobody can search').waitFor();
    await page.getByText('The indexer has no figures yet, or does not run.').waitFor();
    expect(await axe(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('says of each attack in a sentence what it learns, with and without protection', async () => {
    const { page } = await stage.open('/hub/search');
    await playIndex(page);
    const section = page.getByRole('region', { name: 'What the index gives away' });
    await section.getByText('The indexer has no figures yet').waitFor();
    await page.evaluate((made) => {
      window.scriptedSearch.measured = made;
    }, figures);
    await section.getByRole('button', { name: 'Look again' }).click();
    await section.getByRole('row', { name: /share of the 20 most frequent words.* 25% 0\.4%/ }).waitFor();
    expect(await axe(page)).toEqual([]);
  });

  it('deletes the index only after asking', async () => {
    const { page } = await stage.open('/hub/search');
    const asked = await playIndex(page);
    await page.getByRole('button', { name: 'Delete the index' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Delete the index?' });
    await dialog.getByText('No message and no file is lost.').waitFor();
    expect(asked).not.toContain('DELETE');
    await dialog.getByRole('button', { name: 'Delete the index' }).click();
    await page.getByText('0 of 1,200 have an index').waitFor();
    expect(asked.filter((method) => method === 'DELETE')).toHaveLength(1);
  });

  it('is there in Japanese', async () => {
    const { page } = await stage.open('/hub/search', { locale: 'ja-JP', colorScheme: 'dark' });
    await playIndex(page);
    await page.getByRole('region', { name: '索引', exact: true }).getByText('1,200個中1,100個').waitFor();
    expect(await axe(page)).toEqual([]);
  });
});
