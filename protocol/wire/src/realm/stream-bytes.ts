import { CloisterError } from '../errors/cloister-error.ts';
import { parseUuid, type Uuid } from '../ids.ts';

/** wires.md §13: "16 bytes of stream id, then 1..16,384 bytes". */
export const streamIdBytes = 16;
export const maxStreamBytes = 16_384;

/** Bytes of one stream, as a binary frame of the realm link holds them. */
export interface StreamBytes {
  readonly stream: Uuid;
  /** A view of the frame, not a copy. */
  readonly bytes: Uint8Array;
}

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** @throws CloisterError `wire/invalid-message`, `wire/too-large` or `wire/invalid-id` */
export const parseStreamBytes = (frame: Uint8Array): StreamBytes => {
  if (frame.length <= streamIdBytes) throw new CloisterError('wire/invalid-message');
  if (frame.length > streamIdBytes + maxStreamBytes) throw new CloisterError('wire/too-large');
  let id = '';
  for (let at = 0; at < streamIdBytes; at += 1) {
    if (at === 4 || at === 6 || at === 8 || at === 10) id += '-';
    id += hexOf[frame[at] ?? 0];
  }
  return { stream: parseUuid(id), bytes: frame.subarray(streamIdBytes) };
};

/** Writes the id at the start of a frame that has room for it there, so that the bytes after it need not be moved. */
export const writeStreamId = (frame: Uint8Array, stream: Uuid): void => {
  const hex = stream.replaceAll('-', '');
  for (let at = 0; at < streamIdBytes; at += 1) frame[at] = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16);
};

/** A frame with a copy of the bytes. @throws CloisterError `wire/invalid-message` or `wire/too-large` */
export const formatStreamBytes = ({ stream, bytes }: StreamBytes): Uint8Array => {
  if (bytes.length === 0) throw new CloisterError('wire/invalid-message');
  if (bytes.length > maxStreamBytes) throw new CloisterError('wire/too-large');
  const frame = new Uint8Array(streamIdBytes + bytes.length);
  writeStreamId(frame, stream);
  frame.set(bytes, streamIdBytes);
  return frame;
};
