import { CloisterError } from '@cloister/wire';

/** Largest JSON text of one frame, in bytes (wires.md §5). */
export const FRAME_LIMIT = 64 * 1024;

/** One value as a frame: u32be length, then JSON. Throws `hsm/invalid-request`. */
export const encodeFrame = (value: unknown): Buffer => {
  const body = Buffer.from(JSON.stringify(value), 'utf8');
  if (body.length > FRAME_LIMIT) throw new CloisterError('hsm/invalid-request');
  const frame = Buffer.allocUnsafe(4 + body.length);
  frame.writeUInt32BE(body.length, 0);
  body.copy(frame, 4);
  return frame;
};

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new CloisterError('hsm/invalid-request');
  }
};

/**
 * Cuts a byte stream into frames. Memory is bounded by one frame and one chunk: a longer frame is refused on its
 * length alone, before its bytes are kept.
 */
export class FrameReader {
  #pending: Buffer = Buffer.alloc(0);

  /** The frames completed by these bytes. Throws `hsm/invalid-request`; the stream is then lost. */
  push(bytes: Buffer): unknown[] {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    const values: unknown[] = [];
    let offset = 0;
    while (this.#pending.length - offset >= 4) {
      const length = this.#pending.readUInt32BE(offset);
      if (length > FRAME_LIMIT) throw new CloisterError('hsm/invalid-request');
      if (this.#pending.length - offset - 4 < length) break;
      values.push(parseJson(this.#pending.subarray(offset + 4, offset + 4 + length)));
      offset += 4 + length;
    }
    // A copy, so that a tail of few bytes does not hold the whole chunk.
    this.#pending = Buffer.from(this.#pending.subarray(offset));
    return values;
  }
}
