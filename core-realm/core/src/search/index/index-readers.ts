import type { Queries } from '@cloister/database';
import { Block } from './format/block.ts';
import { Directory } from './format/directory.ts';
import { IndexDamaged } from './index-damaged.ts';
import type { IndexKeys } from './index-keys.ts';
import type { IndexName } from './index-name.ts';
import { IndexReader } from './index-reader.ts';
import { OpenedIndex } from './opened-index.ts';
import type { MissingPages } from './opened-segment.ts';
import { Recent } from './recent.ts';
import { type FoundIndex, indexStates } from './store/indexes.ts';
import { type PieceKey, readPieces } from './store/pieces.ts';
import { turn } from './turn.ts';

/** An index as it stands now, and its name. */
export interface IndexToRead {
  readonly found: FoundIndex;
  readonly name: IndexName;
}

/** What the objects around a piece's bytes take, about. */
const objectBytes = 256;
/** How many rows are read and opened before others have their turn. */
const together = 512;

/** Readers of indexes, kept as long as the index stands as it stood; many are read in one statement. */
export class IndexReaders {
  readonly #keys: IndexKeys;
  readonly #cache: Recent<number, IndexReader>;

  /** @param cacheBytes how much of the index may stay opened in memory */
  constructor(keys: IndexKeys, cacheBytes: number) {
    this.#keys = keys;
    this.#cache = new Recent(cacheBytes, sizeOf);
  }

  /** In the order asked for. @throws IndexDamaged */
  async open(db: Queries, wanted: readonly IndexToRead[]): Promise<IndexReader[]> {
    const readers = wanted.map((one) => this.#known(one));
    const missing = wanted.flatMap((one, at) => (readers[at] === undefined ? [{ ...one, at }] : []));
    for (let from = 0; from < missing.length; from += together) {
      const part = missing.slice(from, from + together);
      const opened = await this.#read(db, part);
      part.forEach(({ at }, order) => {
        readers[at] = opened[order];
      });
      await turn();
    }
    return readers as IndexReader[];
  }

  /** Opens what `find` missed. @throws IndexDamaged */
  async openPages(db: Queries, readers: readonly IndexReader[], missing: MissingPages): Promise<void> {
    const pages = readers.flatMap(({ index, segments }) =>
      segments.flatMap((segment) => Array.from(missing.get(segment) ?? [], (page) => ({ index, segment, page }))),
    );
    for (let from = 0; from < pages.length; from += together) {
      const part = pages.slice(from, from + together);
      const keys = part.map(({ index, segment, page }) => pageKey(index, segment.segment, page));
      const rows = await readPieces(db, keys);
      part.forEach(({ index, segment, page }, at) => {
        const block = new Block(index.open(keys[at] as PieceKey, rows[at]));
        segment.opened.set(page, block);
        this.#cache.grew(block.bytes.length + objectBytes);
      });
      await turn();
    }
  }

  #known({ found: { id, position, compactions }, name }: IndexToRead): IndexReader | undefined {
    const reader = this.#cache.get(id);
    const { index } = reader ?? {};
    const stands = index?.position === position && index.compactions === compactions;
    return stands && index.seal.roomId === name.roomId ? reader : undefined;
  }

  /** What is at hand of an older moment is not read again. */
  async #read(db: Queries, wanted: readonly IndexToRead[]): Promise<IndexReader[]> {
    const places = wanted.map(({ found }) => found);
    const states = new Map((await indexStates(db, places)).map((state) => [state.ord, state]));
    const indexes = wanted.map(({ name }, at) => {
      const state = states.get(at + 1);
      if (state === undefined) throw new IndexDamaged(name.roomId);
      const index = new OpenedIndex(state, name, this.#keys);
      return { index, pieces: new Pieces(index, this.#cache.get(index.id)) };
    });
    const keys = indexes.flatMap(({ pieces }) => pieces.missing);
    const rows = await readPieces(db, keys);
    let at = 0;
    return indexes.map(({ index, pieces }) => {
      const reader = pieces.reader(rows.slice(at, at + pieces.missing.length));
      at += pieces.missing.length;
      this.#cache.set(index.id, reader);
      return reader;
    });
  }
}

/** The batches and directories of an index: those of an older reader, and the rows that there are beside. */
class Pieces {
  readonly #index: OpenedIndex;
  readonly #batches: Map<number, Block>;
  readonly #segments: Map<number, IndexReader['segments'][number]>;
  readonly missing: readonly PieceKey[];

  constructor(index: OpenedIndex, before: IndexReader | undefined) {
    const { shard, id, batches, head } = index;
    this.#index = index;
    this.#batches = new Map(before?.index.batches.map(({ until }, at) => [until, before.batches[at] as Block]));
    this.#segments = new Map(before?.segments.map((segment) => [segment.segment, segment]));
    this.missing = [
      ...batches
        .filter(({ until }) => !this.#batches.has(until))
        .map(({ until }) => ({ shard, id, kind: 'batch' as const, segment: 0, number: until })),
      ...head.segments
        .filter(({ segment }) => !this.#segments.has(segment))
        .map(({ segment }) => ({ shard, id, kind: 'segment' as const, segment: 0, number: segment })),
    ];
  }

  /** @param rows of what was missing */
  reader(rows: readonly (Buffer | undefined)[]): IndexReader {
    const index = this.#index;
    this.missing.forEach((key, at) => {
      const bytes = index.open(key, rows[at]);
      if (key.kind === 'batch') this.#batches.set(key.number, new Block(bytes));
      const segment = index.head.segments.find((one) => key.kind === 'segment' && one.segment === key.number);
      if (segment === undefined) return;
      this.#segments.set(segment.segment, { ...segment, directory: new Directory(bytes), opened: new Map() });
    });
    return new IndexReader(
      index,
      index.batches.map(({ until }) => this.#batches.get(until) as Block),
      index.head.segments.map(({ segment }) => this.#segments.get(segment) as IndexReader['segments'][number]),
    );
  }
}

const pageKey = ({ shard, id }: OpenedIndex, segment: number, number: number): PieceKey => ({
  shard,
  id,
  kind: 'page',
  segment,
  number,
});

const sizeOf = ({ batches, segments }: IndexReader): number =>
  [
    ...batches.map(({ bytes }) => bytes.length),
    ...segments.flatMap(({ directory, opened }) => [
      directory.size,
      ...Array.from(opened.values(), ({ bytes }) => bytes.length),
    ]),
  ].reduce((sum, bytes) => sum + bytes + objectBytes, objectBytes);
