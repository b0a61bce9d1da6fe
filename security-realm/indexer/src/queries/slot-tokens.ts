import type { TokenList } from '@cloister/wire';
import type { OpenedIndex } from '../counters/opened-index.ts';
import type { TokenWriter } from '../tokens/token-writer.ts';

/** How many tokens a slot of these terms has in one room: a power of two that is not below the buckets they fill, 1 at least. */
export function slotSize(index: OpenedIndex, terms: readonly string[]): number {
  let buckets = 0;
  for (const term of terms) {
    index.find(term, (_, last) => {
      buckets += last + 1;
    });
  }
  let power = 1;
  while (power < buckets) power *= 2;
  return power;
}

/**
 * The tokens of one slot in one room: those of its terms in every epoch and bucket that has postings, filled up and shuffled. A room that
 * has none of the terms gets one that means nothing, as a room with a single posting gets one.
 */
export function slotTokens(index: OpenedIndex, terms: readonly string[], writer: TokenWriter): TokenList {
  const { generation } = index.name;
  for (const term of terms) {
    index.find(term, (key, last) => {
      for (let bucket = 0; bucket <= last; bucket++) writer.add(key, generation, bucket, term);
    });
  }
  return writer.take(slotSize(index, terms));
}
