import type { Queries } from '@cloister/database';
import type { Block } from './format/block.ts';
import type { Directory } from './format/directory.ts';
import type { OpenedIndex } from './opened-index.ts';
import type { Pieces, WantedPiece } from './pieces.ts';
import { mappedBytes } from './token-map.ts';

/** An index in one search: its batches and directories are at hand, its pages are fetched when tokens may be in them. */
export class IndexReader {
  readonly index: OpenedIndex;
  readonly #batches: readonly Block[];
  readonly #directories: readonly Directory[];
  readonly #pages = new Map<number, Block>();

  constructor(index: OpenedIndex, batches: readonly Block[], directories: readonly Directory[]) {
    this.index = index;
    this.#batches = batches;
    this.#directories = directories;
  }

  /** Pages not at hand yet that may hold one of the tokens. */
  wantedFor(mapped: Buffer): WantedPiece[] {
    const wanted = new Set<number>();
    this.#eachPage(mapped, (_high, _low, page) => {
      if (!this.#pages.has(page)) wanted.add(page);
    });
    return Array.from(wanted, (page) => ({
      index: this.index,
      kind: 'page',
      segment: this.index.head.segments[Math.floor(page / places)]?.segment ?? 0,
      number: page % places,
    }));
  }

  hold({ segment, number }: WantedPiece, block: Block): void {
    const at = this.index.head.segments.findIndex((one) => one.segment === segment);
    this.#pages.set(at * places + number, block);
  }

  /** Positions of documents with one of the tokens, in no order and perhaps twice. */
  find(mapped: Buffer): number[] {
    const found: number[] = [];
    for (const batch of this.#batches) {
      for (let at = 0; at < mapped.length; at += mappedBytes) {
        batch.find(mapped.readUInt32BE(at), mapped.readUInt32BE(at + 4), found);
      }
    }
    this.#eachPage(mapped, (high, low, page) => this.#pages.get(page)?.find(high, low, found));
    return found;
  }

  #eachPage(mapped: Buffer, visit: (high: number, low: number, page: number) => void): void {
    for (let at = 0; at < mapped.length; at += mappedBytes) {
      const high = mapped.readUInt32BE(at);
      const low = mapped.readUInt32BE(at + 4);
      this.#directories.forEach((directory, segment) => {
        const [from, to] = directory.pagesOf(high, low);
        for (let page = from; page < to; page += 1) visit(high, low, segment * places + page);
      });
    }
  }
}

/** More pages than a segment has. */
const places = 2 ** 32;

/** Readers of indexes, with what each needs to begin. @throws CloisterError `core/index-damaged` */
export const openReaders = async (
  db: Queries,
  pieces: Pieces,
  indexes: readonly OpenedIndex[],
): Promise<IndexReader[]> => {
  const batches = await pieces.blocks(db, indexes.flatMap(batchesOf));
  const directories = await pieces.directories(db, indexes.flatMap(segmentsOf));
  const nextBatches = taker(batches);
  const nextDirectories = taker(directories);
  return indexes.map(
    (index) => new IndexReader(index, nextBatches(index.batches.length), nextDirectories(index.head.segments.length)),
  );
};

/** Gives a list away part by part. */
const taker = <T>(list: readonly T[]) => {
  let at = 0;
  return (count: number): readonly T[] => {
    at += count;
    return list.slice(at - count, at);
  };
};

const batchesOf = (index: OpenedIndex): WantedPiece[] =>
  index.batches.map(({ until }) => ({ index, kind: 'batch', number: until }));

const segmentsOf = (index: OpenedIndex): WantedPiece[] =>
  index.head.segments.map(({ segment }) => ({ index, kind: 'segment', number: segment }));
