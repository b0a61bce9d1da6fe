import * as z from 'zod/mini';
import { CloisterError } from '../errors/cloister-error.ts';
import type { RoomId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import { integer } from '../json/schemas.ts';
import { uuidBytes } from '../uuid-bytes.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { checkExpression, type Expression } from './expression.ts';
import { maxPlanBytes, maxPlanRooms, maxPlanSlots } from './limits.ts';
import { readTokenList, type TokenList, tokenListBytes, writeTokenList } from './token-list.ts';

/** What to look for in one generation of a room's index: for each slot its tokens there, one at least. */
export interface PlanRoom {
  readonly roomId: RoomId;
  readonly generation: number;
  readonly slots: readonly TokenList[];
}

/** Times of a message as first sent, milliseconds since 1970: from `from` on, before `until`. */
export interface Bounds {
  readonly from?: number | undefined;
  readonly until?: number | undefined;
}

/** A part of what a query looks for: the same expression and bounds in every plan of a query, over other rooms. */
export interface Plan {
  /** No plan follows. */
  readonly last: boolean;
  readonly expression: Expression;
  readonly bounds?: Bounds | undefined;
  /** Rooms that the indexer cannot look in now, beside those of the plan: none unless told. */
  readonly unsearched?: number | undefined;
  /** Whether each result says which slots hold in it: whoever asked cannot tell without. */
  readonly tellSlots?: true | undefined;
  /** Its one room has more tokens, in the first room of the next plan: one that is too large for a plan comes in several. */
  readonly goesOn?: true | undefined;
  /** How many slots each room has. */
  readonly slots: number;
  readonly rooms: readonly PlanRoom[];
}

const version = 1;
const maxHeaderBytes = 512 * 1024;
const leastRoomBytes = uuidBytes + 4;
const leastSlotBytes = 14;
const time = z.optional(integer(0, 8_640_000_000_000_000));

const header = z.strictObject({
  last: z.boolean(),
  expression: z.unknown(),
  bounds: z.optional(z.strictObject({ from: time, until: time })),
  unsearched: z.optional(integer(1, 2 ** 31)),
  tellSlots: z.optional(z.literal(true)),
  goesOn: z.optional(z.literal(true)),
  slots: integer(0, maxPlanSlots),
});

/**
 * The body of `POST /search/v1/queries/<id>/plans` (wires.md §14): `u8` 1, `u32` length of the header, the header `{last, expression,
 * bounds?, unsearched?, tellSlots?, goesOn?, slots}` as JSON, `u16` rooms, and each room: 16 bytes of id, `u32` generation, and for each slot `u32` tokens and 10 bytes a
 * token. Numbers are big-endian.
 * @throws CloisterError `wire/invalid-message` or `wire/too-large`
 */
export const formatPlan = ({ rooms, ...rest }: Plan): Uint8Array<ArrayBuffer> => {
  const head = new TextEncoder().encode(JSON.stringify(rest));
  checkHeader(parseWith(header, head, maxHeaderBytes));
  requireRooms({ ...rest, rooms });
  const length = rooms.reduce((sum, room) => sum + planRoomBytes(room), 7 + head.length);
  if (length > maxPlanBytes) throw new CloisterError('wire/too-large');
  const writer = new ByteWriter(length);
  writer.u8(version);
  writer.u32(head.length);
  writer.bytes(head);
  writer.u16(rooms.length);
  for (const room of rooms) writeRoom(writer, room);
  return writer.done();
};

/** How much of {@link maxPlanBytes} a room takes. */
export const planRoomBytes = ({ slots }: PlanRoom): number =>
  slots.reduce((sum, tokens) => sum + tokenListBytes(tokens), leastRoomBytes);

/**
 * Reads what {@link formatPlan} wrote; token lists are views of the body.
 * @throws CloisterError with a `wire/…` code
 */
export const parsePlan = (body: Uint8Array): Plan => {
  if (body.length > maxPlanBytes) throw new CloisterError('wire/too-large');
  const reader = new ByteReader(body);
  if (reader.u8() !== version) throw new CloisterError('wire/invalid-message');
  const head = checkHeader(parseWith(header, reader.bytes(reader.u32()), maxHeaderBytes));
  const count = reader.count(reader.u16(), leastRoomBytes + head.slots * leastSlotBytes);
  if (count > maxPlanRooms) throw new CloisterError('wire/too-large');
  const rooms = Array.from({ length: count }, () => readRoom(reader, head.slots));
  reader.end();
  const plan = { ...head, rooms };
  requireRooms(plan);
  return plan;
};

const checkHeader = ({ expression, ...rest }: z.infer<typeof header>): Omit<Plan, 'rooms'> => ({
  ...rest,
  expression: checkExpression(expression, rest.slots),
});

const readRoom = (reader: ByteReader, slots: number): PlanRoom => ({
  roomId: reader.uuid<RoomId>(),
  generation: reader.u32(),
  slots: Array.from({ length: slots }, () => readTokenList(reader)),
});

const writeRoom = (writer: ByteWriter, { roomId, generation, slots }: PlanRoom): void => {
  writer.uuid(roomId);
  writer.u32(generation);
  for (const tokens of slots) writeTokenList(writer, tokens);
};

/** Each index once, with tokens for each slot. */
const requireRooms = ({ rooms, slots, goesOn, last }: Plan): void => {
  if (rooms.length > maxPlanRooms) throw new CloisterError('wire/too-large');
  const indexes = new Set(rooms.map(({ roomId, generation }) => `${roomId} ${generation}`));
  if (indexes.size !== rooms.length) throw new CloisterError('wire/invalid-message', { detail: 'an index twice' });
  if (rooms.some((room) => room.generation === 0 || room.slots.length !== slots)) {
    throw new CloisterError('wire/invalid-message', { detail: 'a room without all of its slots' });
  }
  if (goesOn && (rooms.length !== 1 || last)) {
    throw new CloisterError('wire/invalid-message', { detail: 'what goes on is one room' });
  }
};
