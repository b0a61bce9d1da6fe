import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinLines } from './join-lines.ts';
import { TextCollector } from './text-collector.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

it('takes the first characters of what comes in pieces, whole, and says whether that was all', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.nat(40), (pieces, most) => {
      const collector = new TextCollector(most);
      const more = pieces.map((piece) => collector.add(piece));
      const { text, complete } = collector.finish();
      const all = pieces.join('');
      expect(complete).toBe(all.length <= most);
      expect(all.startsWith(text)).toBe(true);
      expect(text.length).toBeGreaterThanOrEqual(Math.min(all.length, most) - 1);
      expect(text.length).toBeLessThanOrEqual(most);
      expect(text.isWellFormed()).toBe(true);
      expect(more).toEqual(pieces.map((_, index) => pieces.slice(0, index + 1).join('').length <= most));
      expect(collector.full).toBe(!complete);
    }),
    { numRuns },
  );
});

it('joins lines where Chinese or Japanese runs on, and no others', () => {
  expect(joinLines('会議\n室の\nはなし')).toBe('会議室のはなし');
  for (const apart of ['会議\n\n室', '회의\n록', 'two\nlines', '会議\nroom', 'สวัส\nดี'])
    expect(joinLines(apart)).toBe(apart);
});
