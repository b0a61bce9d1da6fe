import { maxStreamBytes, streamIdBytes } from '@cloister/wire';

type Block = { readonly frame: Buffer; end: number };

/**
 * Bytes in line, kept as the frames they leave in: each has room for a stream's id before its bytes. Small pieces are
 * joined, so that what is held is what was put in, in however many pieces it came.
 */
export class ByteQueue {
  readonly #blocks: Block[] = [];
  #length = 0;

  /** How many bytes are in line. */
  get length(): number {
    return this.#length;
  }

  /** Puts a copy of the bytes at the end of the line. */
  push(bytes: Uint8Array): void {
    this.#length += bytes.length;
    for (let at = 0; at < bytes.length; ) {
      const block = this.#blockWithRoom(bytes.length - at);
      const part = bytes.subarray(at, at + block.frame.length - block.end);
      block.frame.set(part, block.end);
      block.end += part.length;
      at += part.length;
    }
  }

  /** The next frame: 16 bytes to be written, then up to 16,384 of those in line. */
  shift(): Buffer | undefined {
    const block = this.#blocks.shift();
    if (block === undefined) return undefined;
    this.#length -= block.end - streamIdBytes;
    return block.frame.subarray(0, block.end);
  }

  clear(): void {
    this.#blocks.length = 0;
    this.#length = 0;
  }

  /** What comes while nothing is in line leaves at once as a rule, and gets no more room than it takes. */
  #blockWithRoom(wanted: number): Block {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.end < last.frame.length) return last;
    const size = last === undefined ? Math.min(wanted, maxStreamBytes) : maxStreamBytes;
    const block = { frame: Buffer.allocUnsafeSlow(streamIdBytes + size), end: streamIdBytes };
    this.#blocks.push(block);
    return block;
  }
}
