import type { Queries } from '@cloister/database';
import { Block } from './format/block.ts';
import { Directory } from './format/directory.ts';
import type { OpenedIndex } from './opened-index.ts';
import { Recent } from './recent.ts';
import { type PieceKey, readPieces } from './store/pieces.ts';
import { turn } from './turn.ts';

/** A piece that somebody wants, and of which index. */
export interface WantedPiece {
  readonly index: OpenedIndex;
  readonly kind: PieceKey['kind'];
  /** The segment of a page. */
  readonly segment?: number;
  readonly number: number;
}

/** What the objects around a piece's bytes take, about. */
const objectBytes = 256;
/** How many rows are read and opened before others have their turn. */
const together = 512;

/** Opened pieces of all indexes, read from the store when they are not at hand; many in one statement. */
export class Pieces {
  readonly #cache: Recent<Block | Directory>;

  /** @param cacheBytes how much of the index may stay opened in memory */
  constructor(cacheBytes: number) {
    this.#cache = new Recent(cacheBytes, ({ bytes }) => bytes.length + objectBytes);
  }

  /** In the order asked for. @throws CloisterError `core/index-damaged` */
  blocks(db: Queries, wanted: readonly WantedPiece[]): Promise<Block[]> {
    return this.#load(db, wanted, (bytes) => new Block(bytes)) as Promise<Block[]>;
  }

  /** In the order asked for. @throws CloisterError `core/index-damaged` */
  directories(db: Queries, wanted: readonly WantedPiece[]): Promise<Directory[]> {
    return this.#load(db, wanted, (bytes) => new Directory(bytes)) as Promise<Directory[]>;
  }

  async #load(
    db: Queries,
    wanted: readonly WantedPiece[],
    make: (bytes: Buffer) => Block | Directory,
  ): Promise<(Block | Directory)[]> {
    const names = wanted.map(nameOf);
    const pieces = names.map((name) => this.#cache.get(name));
    const missing = wanted.flatMap((piece, at) => (pieces[at] === undefined ? [{ piece, at }] : []));
    for (let from = 0; from < missing.length; from += together) {
      const part = missing.slice(from, from + together);
      const rows = await readPieces(
        db,
        part.map(({ piece }) => keyOf(piece)),
      );
      part.forEach(({ piece, at }, order) => {
        const opened = make(piece.index.open(keyOf(piece), rows[order]));
        this.#cache.set(names[at] as string, opened);
        pieces[at] = opened;
      });
      await turn();
    }
    return pieces as (Block | Directory)[];
  }
}

const keyOf = ({ index: { shard, id }, kind, segment = 0, number }: WantedPiece): PieceKey => ({
  shard,
  id,
  kind,
  segment,
  number,
});

const nameOf = ({ index: { shard, id }, kind, segment = 0, number }: WantedPiece): string =>
  `${kind} ${shard} ${id} ${segment} ${number}`;
