import { CloisterError } from '../errors/cloister-error.ts';
import type { Uuid } from '../ids.ts';
import { readUuid, uuidBytes, writeUuid } from '../uuid-bytes.ts';

/** wires.md §13: "16 bytes of stream id, then 1..16,384 bytes". */
export const streamIdBytes = uuidBytes;
export const maxStreamBytes = 16_384;

/** Bytes of one stream, as a binary frame of the realm link holds them. */
export interface StreamBytes {
  readonly stream: Uuid;
  /** A view of the frame, not a copy. */
  readonly bytes: Uint8Array;
}

/** @throws CloisterError `wire/invalid-message`, `wire/too-large` or `wire/invalid-id` */
export const parseStreamBytes = (frame: Uint8Array): StreamBytes => {
  if (frame.length <= streamIdBytes) throw new CloisterError('wire/invalid-message');
  if (frame.length > streamIdBytes + maxStreamBytes) throw new CloisterError('wire/too-large');
  return { stream: readUuid(frame, 0), bytes: frame.subarray(streamIdBytes) };
};

/** Writes the id at the start of a frame that has room for it there, so that the bytes after it need not be moved. */
export const writeStreamId = (frame: Uint8Array, stream: Uuid): void => writeUuid(frame, 0, stream);

/** A frame with a copy of the bytes. @throws CloisterError `wire/invalid-message` or `wire/too-large` */
export const formatStreamBytes = ({ stream, bytes }: StreamBytes): Uint8Array => {
  if (bytes.length === 0) throw new CloisterError('wire/invalid-message');
  if (bytes.length > maxStreamBytes) throw new CloisterError('wire/too-large');
  const frame = new Uint8Array(streamIdBytes + bytes.length);
  writeStreamId(frame, stream);
  frame.set(bytes, streamIdBytes);
  return frame;
};
