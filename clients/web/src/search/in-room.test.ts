import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inRoom } from './in-room.ts';

it('is one filter for any title, with room for words after it', () => {
  const runs = { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) };
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 100 }), (title) => {
      const text = inRoom(`x${title}`);
      expect(text.match(/["“”„‟«»＂]/gu)).toHaveLength(2);
      expect(text.startsWith('in:"x')).toBe(true);
    }),
    runs,
  );
});
