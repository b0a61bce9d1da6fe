import { setImmediate as breathe } from 'node:timers/promises';
import type { TokenList } from '@cloister/wire';
import type { OpenedIndex } from '../counters/opened-index.ts';
import type { SearchKey } from '../tokens/search-key.ts';
import type { TokenWriter } from '../tokens/token-writer.ts';

/** Where the terms of a slot have postings in one room: in each epoch the buckets up to `last`. */
type Filled = readonly { readonly key: SearchKey; readonly term: string; readonly last: number }[];

/** A slot in one room, before its tokens are made. */
export interface RoomSlot {
  readonly filled: Filled;
  /** How many tokens it has: a power of two that is not below the buckets, 1 at least. */
  readonly size: number;
}

/** Tokens that are made before others have their turn: some ten milliseconds. */
const turn = 8192;

/** Counts what a slot of these terms needs in one room. */
export function roomSlot(index: OpenedIndex, terms: readonly string[]): RoomSlot {
  const filled: Filled[number][] = [];
  for (const term of terms) index.find(term, (key, last) => filled.push({ key, term, last }));
  const buckets = filled.reduce((sum, { last }) => sum + last + 1, 0);
  let size = 1;
  while (size < buckets) size *= 2;
  return { filled, size };
}

/** Makes tokens, and gives the turn away each time many were made. */
export class SlotWriter {
  readonly #writer: TokenWriter;
  #made = 0;

  constructor(writer: TokenWriter) {
    this.#writer = writer;
  }

  /**
   * The tokens of one slot in one room: those of its terms in every epoch and bucket that has postings, filled up and shuffled. A room that
   * has none of the terms gets one that means nothing, as a room with a single posting gets one.
   */
  async tokens({ generation }: OpenedIndex['name'], { filled, size }: RoomSlot): Promise<TokenList> {
    for (const { key, term, last } of filled) {
      for (let bucket = 0; bucket <= last; bucket++) {
        this.#writer.add(key, generation, bucket, term);
        this.#made += 1;
        if (this.#made % turn === 0) await breathe();
      }
    }
    return this.#writer.take(size);
  }
}
