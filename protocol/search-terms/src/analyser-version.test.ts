import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { analyse } from './analyse.ts';
import { analyserVersion, testedWith } from './analyser-version.ts';
import { ada } from './testing/samples.ts';

/** A text of each language and script, with its terms in this version. */
const known: { version: number; texts: { text: string; terms: string[] }[] } = JSON.parse(
  readFileSync(new URL('./testing/known-terms.json', import.meta.url), 'utf8'),
);

it('gives the same terms as ever: with others this is another version, and every room is indexed again', () => {
  expect(known.version).toBe(analyserVersion);
  for (const { text, terms } of known.texts) {
    const found = analyse({ texts: [{ kind: 'message', text }], from: ada, has: new Set() }).terms.slice(1);
    expect(found, text).toEqual(terms);
  }
});

it('runs with the Unicode and the ICU that this version was tested with: others may fold or segment differently', () => {
  expect(process.versions.unicode).toBe(testedWith.unicode);
  expect(process.versions.icu?.split('.')[0]).toBe(testedWith.icu);
});
