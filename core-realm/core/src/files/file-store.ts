import type { FileId } from '@cloister/wire';

/** A part of a file, in bytes, both ends included (RFC 9110 §14.1.2). */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Where ciphertext of files is kept; one implementation for a local folder, others for object stores. */
export interface FileStore {
  /**
   * Takes exactly `size` bytes, durably, or nothing at all.
   * @throws CloisterError `core/invalid-request` when there are fewer or more bytes
   */
  receive(size: number, bytes: AsyncIterable<Uint8Array>): Promise<Received>;
  /** The file's bytes, or a part of them. */
  read(id: FileId, range?: ByteRange): NodeJS.ReadableStream;
  remove(id: FileId): Promise<void>;
}

/** Bytes that arrived whole and have no place yet. */
export interface Received {
  /** Makes them the file of this id, in place of what was there. */
  keep(id: FileId): Promise<void>;
  /** Forgets them, unless they were kept. */
  drop(): Promise<void>;
}
