import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stem } from './stem.ts';
import { languages } from './word-lists.ts';

/** Lines "language word stem", as the stemwords program of Snowball 2.2.0 gives them. */
const known = readFileSync(new URL('../testing/stems-of-snowball-2.2.0.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' ') as [string, string, string]);

describe('stems', () => {
  it.each(languages)('%s words have the stems of Snowball 2.2.0', (language) => {
    const own = known.filter(([of]) => of === language);
    expect(own.length).toBeGreaterThan(200);
    expect(own.map(([, word]) => [word, stem(word, language)])).toEqual(own.map(([, word, root]) => [word, root]));
  });

  it.each([
    ['a', 'english'],
    ['x1', 'english'],
    ['книги', 'english'],
    ['houses', 'russian'],
    ['книгиx', 'russian'],
    ['\u0301\u0302', 'english'],
    ['\u{1df00}ing', 'english'],
    ['会议', 'english'],
  ] as const)('%s has none in %s', (word, language) => {
    expect(stem(word, language)).toBeUndefined();
  });
});
