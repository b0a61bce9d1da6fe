import type { Queries } from '@cloister/database';
import { BlockWriter } from '../format/block-writer.ts';
import { encodeDirectory } from '../format/directory.ts';
import type { Segment } from '../index-head.ts';
import type { OpenedIndex } from '../opened-index.ts';
import { insertPages, insertSegment, timesOf } from '../store/segments.ts';

/** Largest plaintext of a page: sealed, four of them fill a page of the store (0007-search-index.sql). */
const pageBytes = 1924;
/** What one more posting can add. */
const slack = 24;
const together = 64;

/** Writes postings, which come in order, as a segment of sealed pages and the directory of where each begins and when its documents came. */
export class SegmentWriter {
  readonly #db: Queries;
  readonly #index: OpenedIndex;
  readonly #range: Pick<Segment, 'segment' | 'from' | 'to'>;
  readonly #firsts: Buffer[] = [];
  #page: BlockWriter;
  #rows: Buffer[] = [];
  #postings = 0;
  bytes = 0;

  constructor(db: Queries, index: OpenedIndex, range: Pick<Segment, 'segment' | 'from' | 'to'>) {
    this.#db = db;
    this.#index = index;
    this.#range = range;
    this.#page = new BlockWriter(range.from);
  }

  /** A promise only where pages have to be written. */
  add(high: number, low: number, position: number): void | Promise<void> {
    const isFull = this.#page.bytes > pageBytes - slack;
    if (isFull) this.#endPage();
    if (this.#page.postings === 0) {
      const first = Buffer.alloc(8);
      first.writeUInt32BE(high, 0);
      first.writeUInt32BE(low, 4);
      this.#firsts.push(first);
    }
    this.#page.add(high, low, position);
    this.#postings += 1;
    if (isFull && this.#rows.length >= together) return this.#flush();
  }

  async finish(): Promise<Segment> {
    if (this.#page.postings > 0) this.#endPage();
    await this.#flush();
    const segment = { ...this.#range, pages: this.#firsts.length, postings: this.#postings };
    const directory = encodeDirectory(this.#firsts, await timesOf(this.#db, this.#index.seal.roomId, this.#range));
    const sealed = this.#index.seal.seal(directory, ['segment', segment.segment, segment.pages]);
    await insertSegment(this.#db, this.#index, segment.segment, sealed);
    this.bytes += sealed.length;
    return segment;
  }

  #endPage(): void {
    const page = this.#firsts.length - 1;
    const sealed = this.#index.seal.seal(this.#page.finish(), ['page', this.#range.segment, page]);
    this.#rows.push(sealed);
    this.bytes += sealed.length;
    this.#page = new BlockWriter(this.#range.from);
  }

  async #flush(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    const written = this.#firsts.length - (this.#page.postings > 0 ? 1 : 0);
    await insertPages(this.#db, this.#index, this.#range.segment, written - rows.length, rows);
  }
}
