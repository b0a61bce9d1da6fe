import { IndexDamaged } from './index-damaged.ts';
import { compactedTo, emptyHead, type IndexHead } from './index-head.ts';
import type { IndexKeys } from './index-keys.ts';
import type { IndexName } from './index-name.ts';
import type { IndexSeal, SealedKind } from './index-seal.ts';
import type { IndexPlace, IndexState } from './store/indexes.ts';
import type { PieceKey } from './store/pieces.ts';

/** A batch: what came after `since`, up to and with `until`. */
export interface Batch {
  readonly since: number;
  readonly until: number;
}

/** An index whose head was opened: it knows every piece there must be, so that a missing one is missed. */
export class OpenedIndex implements IndexPlace {
  readonly shard: number;
  readonly id: number;
  readonly position: number;
  readonly compactions: number;
  readonly head: IndexHead;
  readonly batches: readonly Batch[];
  readonly seal: IndexSeal;

  /** @throws IndexDamaged */
  constructor(found: IndexState, name: IndexName, keys: IndexKeys) {
    this.shard = found.shard;
    this.id = found.id;
    this.position = found.position;
    this.compactions = found.compactions;
    this.seal = keys.sealOf(name);
    this.head = found.head === null ? emptyHead : this.seal.openHead(found.head, found.compactions);
    const ends = found.batches.map(Number);
    const starts = [compactedTo(this.head), ...ends];
    this.batches = ends.map((until, index) => ({ since: starts[index] ?? 0, until }));
    // Each batch is bound to where it begins, so one that is missing breaks the chain at the next, or here.
    if (starts.at(-1) !== this.position) throw new IndexDamaged(name.roomId);
  }

  open(key: PieceKey, row: Buffer | undefined): Buffer {
    if (row === undefined) throw new IndexDamaged(this.seal.roomId);
    return this.seal.open(row, this.#kindOf(key));
  }

  #kindOf(key: PieceKey): SealedKind {
    switch (key.kind) {
      case 'page':
        return ['page', key.segment, key.number];
      case 'segment':
        return ['segment', key.number, this.head.segments.find(({ segment }) => segment === key.number)?.pages ?? 0];
      case 'batch':
        return ['batch', this.batches.find(({ until }) => until === key.number)?.since ?? 0, key.number];
    }
  }
}
