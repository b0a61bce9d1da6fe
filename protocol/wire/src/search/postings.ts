import { CloisterError } from '../errors/cloister-error.ts';
import type { RoomId } from '../ids.ts';
import { uuidBytes } from '../uuid-bytes.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { maxPostingsBytes } from './limits.ts';
import { readTokenList, type TokenList, tokenListBytes, writeTokenList } from './token-list.ts';

/** An entry of a room's log with the tokens of what it says, shuffled and filled up. */
export interface PostingDocument {
  readonly position: number;
  readonly tokens: TokenList;
}

/** What one generation of a room's index gains: everything of the entries after `from`, up to and with `to`. */
export interface RoomPostings {
  readonly roomId: RoomId;
  readonly generation: number;
  /** Where the index must stand for this to be applied. */
  readonly from: number;
  readonly to: number;
  /** By position, which lies after `from` and not after `to`. */
  readonly documents: readonly PostingDocument[];
}

const version = 1;
const roomBytes = uuidBytes + 4 + 6 + 6 + 4;
const leastDocumentBytes = 6 + 4;

/**
 * The body of `POST /search/v1/postings` (wires.md §14): `u8` 1, `u32` rooms, and each room: 16 bytes of id, `u32` generation, `u48` from,
 * `u48` to, `u32` documents, each `u48` position, `u32` tokens and 10 bytes a token. Numbers are big-endian.
 * @throws CloisterError `wire/invalid-message` or `wire/too-large`
 */
export const formatPostings = (rooms: readonly RoomPostings[]): Uint8Array<ArrayBuffer> => {
  const length = rooms.reduce((sum, room) => sum + postingsBytes(room), 5);
  if (length > maxPostingsBytes) throw new CloisterError('wire/too-large');
  requireParts(rooms);
  const writer = new ByteWriter(length);
  writer.u8(version);
  writer.u32(rooms.length);
  for (const room of rooms) writeRoom(writer, room);
  return writer.done();
};

/** How much of {@link maxPostingsBytes} a room's part takes. */
export const postingsBytes = ({ documents }: RoomPostings): number =>
  documents.reduce((sum, { tokens }) => sum + 6 + tokenListBytes(tokens), roomBytes);

/**
 * Reads what {@link formatPostings} wrote; token lists are views of the body.
 * @throws CloisterError with a `wire/…` code
 */
export const parsePostings = (body: Uint8Array): readonly RoomPostings[] => {
  if (body.length > maxPostingsBytes) throw new CloisterError('wire/too-large');
  const reader = new ByteReader(body);
  if (reader.u8() !== version) throw new CloisterError('wire/invalid-message');
  const count = reader.count(reader.u32(), roomBytes);
  const rooms = Array.from({ length: count }, () => readRoom(reader));
  reader.end();
  requireParts(rooms);
  return rooms;
};

const readRoom = (reader: ByteReader): RoomPostings => {
  const roomId = reader.uuid<RoomId>();
  const generation = reader.u32();
  const from = reader.u48();
  const to = reader.u48();
  const count = reader.count(reader.u32(), leastDocumentBytes);
  const documents = Array.from({ length: count }, () => ({ position: reader.u48(), tokens: readTokenList(reader) }));
  return { roomId, generation, from, to, documents };
};

const writeRoom = (writer: ByteWriter, { roomId, generation, from, to, documents }: RoomPostings): void => {
  writer.uuid(roomId);
  writer.u32(generation);
  writer.u48(from);
  writer.u48(to);
  writer.u32(documents.length);
  for (const { position, tokens } of documents) {
    writer.u48(position);
    writeTokenList(writer, tokens);
  }
};

/** Each index once, and in it each entry once, in order and between `from` and `to`. */
const requireParts = (rooms: readonly RoomPostings[]): void => {
  if (rooms.length === 0) throw new CloisterError('wire/invalid-message', { detail: 'postings without a room' });
  const indexes = new Set(rooms.map(({ roomId, generation }) => `${roomId} ${generation}`));
  if (indexes.size !== rooms.length) throw new CloisterError('wire/invalid-message', { detail: 'an index twice' });
  for (const { generation, from, to, documents } of rooms) {
    if (generation === 0 || from >= to) throw new CloisterError('wire/invalid-message');
    let before = from;
    for (const { position } of documents) {
      if (position <= before || position > to) {
        throw new CloisterError('wire/invalid-message', { detail: 'an entry out of order' });
      }
      before = position;
    }
  }
};
