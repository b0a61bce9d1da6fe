import type { TokenList } from '@cloister/wire';
import type { OpenedIndex } from '../counters/opened-index.ts';
import type { TokenWriter } from '../tokens/token-writer.ts';

/**
 * The tokens of one slot in one room: those of its terms in every epoch and bucket that has postings, filled up to a power of two and
 * shuffled. A room that has none of the terms gets one that means nothing, as a room with a single posting gets one.
 */
export function slotTokens(index: OpenedIndex, terms: readonly string[], writer: TokenWriter): TokenList {
  const { generation } = index.name;
  for (const term of terms) {
    index.find(term, (key, last) => {
      for (let bucket = 0; bucket <= last; bucket++) writer.add(key, generation, bucket, term);
    });
  }
  return writer.take(powerOfTwo(writer.count));
}

/** The least power of two that is not below `count`, 1 at least. */
const powerOfTwo = (count: number): number => {
  let power = 1;
  while (power < count) power *= 2;
  return power;
};
