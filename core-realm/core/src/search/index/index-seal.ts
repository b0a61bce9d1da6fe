import type { KeyObject } from 'node:crypto';
import { type AadPart, open, seal } from '@cloister/at-rest';
import type { RoomId } from '@cloister/wire';
import { IndexDamaged } from './index-damaged.ts';
import { decodeHead, type IndexHead } from './index-head.ts';
import { encodeIndexName, type IndexName } from './index-name.ts';

const commitBytes = 32;

/** What a sealed row is: each is bound to its kind, its index and its place there (wires.md §14, at rest). */
export type SealedKind =
  | readonly ['head', compactions: number]
  | readonly ['batch', since: number, until: number]
  | readonly ['segment', segment: number, pages: number]
  | readonly ['page', segment: number, page: number];

/** Seals and opens the rows of one index. */
export class IndexSeal {
  readonly #key: KeyObject;
  #head: { readonly row: Buffer; readonly compactions: number; readonly opened: IndexHead } | undefined;
  readonly roomId: RoomId;
  /** Of the index, for the `TokenMap`. */
  readonly tag: Buffer;
  readonly #name: Buffer;

  constructor(key: KeyObject, name: IndexName, tag: Buffer) {
    this.#key = key;
    this.roomId = name.roomId;
    this.tag = tag;
    this.#name = encodeIndexName(name);
  }

  seal(plaintext: Uint8Array, kind: SealedKind): Buffer {
    const { sealed, commit } = seal(this.#key, plaintext, this.#bound(kind));
    return Buffer.concat([commit, sealed]);
  }

  /** @throws IndexDamaged */
  open(row: Buffer, kind: SealedKind): Buffer {
    const parts = { commit: row.subarray(0, commitBytes), sealed: row.subarray(commitBytes) };
    try {
      return open(this.#key, parts, this.#bound(kind));
    } catch {
      throw new IndexDamaged(this.roomId);
    }
  }

  /** The head, which every search of the room begins with: opened once as long as it stands. @throws IndexDamaged */
  openHead(row: Buffer, compactions: number): IndexHead {
    if (this.#head?.compactions === compactions && this.#head.row.equals(row)) return this.#head.opened;
    const opened = decodeHead(this.open(row, ['head', compactions]));
    this.#head = { row, compactions, opened };
    return opened;
  }

  #bound([kind, ...place]: SealedKind): AadPart[] {
    return [`cloister/search/${kind}/v1`, this.#name, place.join('.')];
  }
}
