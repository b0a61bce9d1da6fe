import { fold, isAscii } from '../text/fold.ts';
import type { Range } from './occurrences.ts';

/*
 * A character with all that may join it when a text is folded: marks, what is left out, and the parts of Hangul syllables and
 * half-width sound marks, which become one character with what stands before them.
 */
const folded = /.[\p{M}\p{Default_Ignorable_Code_Point}\u1160-\u11ff\u3131-\u318e\ud7b0-\ud7ff\uff9e-\uffdc]*/gsu;

/** The places in a text of ranges in its folded form, in UTF-16 offsets. A character that is cut in two counts whole. */
export const originalRanges = (text: string, ranges: readonly Range[]): Range[] => {
  if (isAscii(text)) return [...ranges];
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { 0: group, index } of text.matchAll(folded)) {
    for (let left = fold(group).length; left > 0; left -= 1) {
      starts.push(index);
      ends.push(index + group.length);
    }
  }
  return ranges.map(([start, end]) => [starts[start] ?? text.length, ends[end - 1] ?? text.length]);
};
