import { join } from 'node:path';
import { getCatalogs } from '@lingui/cli/api';
import { getConfig } from '@lingui/conf';
import { expect, it } from 'vitest';
import { languages } from './languages.ts';

const root = join(import.meta.dirname, '../..');
const catalogs = await Promise.all(
  (await getCatalogs(getConfig({ cwd: root }))).map(async (catalog) => ({
    catalog,
    inSource: Object.entries((await catalog.collect({})) ?? {}),
  })),
);

/** `{name}`, `<0>` and the like: what the program puts in, which a translation must keep. */
const parts = (text: string): string[] => [...new Set(text.match(/\{\w+(?=[},])|<\/?\d+>/g))].sort();

it('finds the words on screen', () => {
  expect(catalogs.length).toBe(3);
  for (const { inSource } of catalogs) expect(inSource.length).toBeGreaterThan(40);
});

it.each(languages.map(({ code }) => code))('has every word in %s', async (code) => {
  for (const { catalog, inSource } of catalogs) {
    const translations = (await catalog.read(code)) ?? {};
    const missing = inSource
      .filter(([id]) => (translations[id]?.translation ?? '') === '')
      .map(([, { message }]) => message);
    expect(missing, 'run `lingui extract` in clients/web and translate these').toEqual([]);
  }
});

it.each(languages.map(({ code }) => code))(
  'says in %s everything the English sentence says with values',
  async (code) => {
    for (const { catalog, inSource } of catalogs) {
      const translations = (await catalog.read(code)) ?? {};
      for (const [id, { message }] of inSource) {
        expect(parts(translations[id]?.translation ?? ''), message).toEqual(parts(message ?? ''));
      }
    }
  },
);

it('keeps no words that are not on screen any more', async () => {
  for (const { catalog, inSource } of catalogs) {
    const translations = Object.keys((await catalog.read('ja')) ?? {});
    expect(translations.filter((id) => !inSource.some(([known]) => known === id))).toEqual([]);
  }
});
