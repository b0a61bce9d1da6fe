import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linkify } from './linkify.ts';

it.each([
  ['see https://cloister.example/a?b=1.', ['see ', 'https://cloister.example/a?b=1', '.']],
  ['資料はhttps://cloister.example/資料。', ['資料は', 'https://cloister.example/資料', '。']],
  ['(http://a.example)', ['(', 'http://a.example', ')']],
  ['javascript:alert(1) http://', ['javascript:alert(1) http://']],
])('splits %j', (text, runs) => {
  expect(linkify(text).map((run) => run.text)).toEqual(runs);
});

it('loses no character and links nothing but http and https', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.constantFrom('javascript:', 'https://', '。', ' ', 'data:text/html,'),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const text = pieces.join('');
      const runs = linkify(text);
      expect(runs.map((run) => run.text).join('')).toBe(text);
      for (const { href } of runs) if (href !== undefined) expect(href).toMatch(/^https?:\/\//);
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});
