import type { Queries } from '@cloister/database';
import { Block } from '../format/block.ts';
import type { OpenedIndex } from '../opened-index.ts';
import { readPieces } from '../store/pieces.ts';

/** How many pages are read at once. */
const together = 32;

/** The postings of one batch or segment in their order, an entry at a time. */
export class Run {
  high = 0;
  low = 0;
  positions: number[] = [];
  isOver = false;
  readonly #blocks: AsyncGenerator<Block>;
  #block: Block | undefined;
  #entry = 0;
  #place = { at: 0 };

  constructor(blocks: AsyncGenerator<Block>) {
    this.#blocks = blocks;
  }

  /** Goes to the next entry. A promise only where a page has to be read. */
  next(): void | Promise<void> {
    const block = this.#block;
    if (block === undefined || this.#entry === block.entries) return this.#load();
    this.high = block.highOf(this.#entry);
    this.low = block.lowOf(this.#entry);
    this.positions = [];
    block.readList(this.#place, this.positions);
    this.#entry += 1;
  }

  async #load(): Promise<void> {
    do {
      const { value, done } = await this.#blocks.next();
      if (done) {
        this.isOver = true;
        return;
      }
      this.#block = value;
      this.#entry = 0;
      this.#place = value.start;
    } while (this.#block.entries === 0);
    await this.next();
  }
}

/** A run of each batch of an index, all read at once: a batch is one block. */
export const runsOfBatches = async (db: Queries, index: OpenedIndex): Promise<Run[]> => {
  const { shard, id } = index;
  const keys = index.batches.map(({ until }) => ({ shard, id, kind: 'batch' as const, segment: 0, number: until }));
  const rows = await readPieces(db, keys);
  return keys.map((key, at) => new Run(only(new Block(index.open(key, rows[at])))));
};

async function* only(block: Block): AsyncGenerator<Block> {
  yield block;
}

export async function* blocksOfSegment(
  db: Queries,
  index: OpenedIndex,
  { segment, pages }: { readonly segment: number; readonly pages: number },
): AsyncGenerator<Block> {
  const { shard, id } = index;
  for (let from = 0; from < pages; from += together) {
    const keys = Array.from({ length: Math.min(together, pages - from) }, (_, at) => ({
      shard,
      id,
      kind: 'page' as const,
      segment,
      number: from + at,
    }));
    const rows = await readPieces(db, keys);
    for (const [at, key] of keys.entries()) yield new Block(index.open(key, rows[at]));
  }
}
