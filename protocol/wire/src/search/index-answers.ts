import * as z from 'zod/mini';
import type { RoomId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { dateTime, integer, list, text, uuid } from '../json/schemas.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';
import { maxGenerations, maxIndexRooms } from './limits.ts';

const position = integer(0, 2 ** 48 - 1);
const generation = integer(1, 2 ** 32 - 1);

/** One generation of a room's index: everything up to `position` is in it. */
export const indexState = z.object({ generation, position });

const indexedRoom = z.object({
  roomId: uuid<RoomId>(),
  resourceUri: instanceUriOf('resources'),
  head: position,
  indexes: list(indexState, maxGenerations),
});

const roomsToIndex = z.object({ items: list(indexedRoom, maxIndexRooms), next: text(256) });

const indexPage = z.object({ items: list(indexedRoom, maxIndexRooms), next: z.optional(uuid<RoomId>()) });

const postingsAnswer = z.object({
  rooms: z.array(z.object({ roomId: uuid<RoomId>(), generation, position, accepted: z.boolean() })),
});

const count = integer(0, Number.MAX_SAFE_INTEGER);

const indexNumbers = z.object({
  rooms: count,
  indexed: count,
  lagging: count,
  since: z.optional(dateTime()),
  postings: count,
  bytes: count,
});

export type IndexState = z.infer<typeof indexState>;
/** A room of the organisation, how far its log goes, and how far each generation of its index does. */
export type IndexedRoom = z.infer<typeof indexedRoom>;
/** Rooms with entries that are not in the index. `next` is opaque; asked with it again, the core tells what came since. */
export type RoomsToIndex = z.infer<typeof roomsToIndex>;
/** A page of all rooms, by id. */
export type IndexPage = z.infer<typeof indexPage>;
/** What became of each part of a body of postings, and where the index stands now. */
export type PostingsAnswer = z.infer<typeof postingsAnswer>;
/**
 * The size of an organisation's index: rooms it has somebody in, those with an index, those whose index has not reached the newest
 * content and since when, postings, and bytes of the store.
 */
export type IndexNumbers = z.infer<typeof indexNumbers>;

const maxBytes = 4 * 1024 * 1024;

/** `GET /search/v1/rooms`. @throws CloisterError with a `wire/…` code */
export const parseRoomsToIndex = (input: Untrusted): RoomsToIndex => parseWith(roomsToIndex, input, maxBytes);

/** `GET /search/v1/indexes`. @throws CloisterError with a `wire/…` code */
export const parseIndexPage = (input: Untrusted): IndexPage => parseWith(indexPage, input, maxBytes);

/** `POST /search/v1/postings`. @throws CloisterError with a `wire/…` code */
export const parsePostingsAnswer = (input: Untrusted): PostingsAnswer =>
  parseWith(postingsAnswer, input, 64 * maxBytes);

/** `GET /search/v1/index`. @throws CloisterError with a `wire/…` code */
export const parseIndexNumbers = (input: Untrusted): IndexNumbers => parseWith(indexNumbers, input);
