import {
  formatPostings,
  maxPostingsBytes,
  type PostingDocument,
  postingsBytes,
  type RoomPostings,
} from '@cloister/wire';
import type { IndexName } from '../counters/counter-row.ts';

/** `u8` version and `u32` rooms of a body. */
const HEAD = 5;

/** Fills bodies of postings up to what one may hold; a room that does not fit goes on in the next. */
export class PostingsBodies {
  readonly #bodies: RoomPostings[][] = [];
  #bytes = Number.POSITIVE_INFINITY;

  add(name: IndexName, from: number, to: number, documents: readonly PostingDocument[]): void {
    const fitting = this.#fitting(name, documents);
    const rest = documents.slice(fitting.length);
    const last = fitting.at(-1);
    if (rest.length === 0) {
      this.#put({ ...name, from, to, documents });
    } else {
      // Up to its last entry here: the core applies a part only where the one before ended.
      if (last !== undefined) this.#put({ ...name, from, to: last.position, documents: fitting });
      this.#begin();
      this.add(name, last?.position ?? from, to, rest);
    }
  }

  /** To be sent in this order, one after the other. */
  done(): Uint8Array<ArrayBuffer>[] {
    return this.#bodies.map(formatPostings);
  }

  #fitting(name: IndexName, documents: readonly PostingDocument[]): readonly PostingDocument[] {
    let bytes = postingsBytes({ ...name, from: 0, to: 0, documents: [] });
    if (this.#bytes + bytes > maxPostingsBytes) this.#begin();
    bytes += this.#bytes;
    const end = documents.findIndex(({ tokens }) => {
      bytes += 10 + tokens.length;
      return bytes > maxPostingsBytes;
    });
    return end < 0 ? documents : documents.slice(0, end);
  }

  #put(part: RoomPostings): void {
    this.#bodies.at(-1)?.push(part);
    this.#bytes += postingsBytes(part);
  }

  #begin(): void {
    this.#bodies.push([]);
    this.#bytes = HEAD;
  }
}
