import * as z from 'zod/mini';
import type { UserId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { dateTime, integer, list, text, uuid } from '../json/schemas.ts';
import { operationIdSchema, operationKind } from '../realm/operation.ts';

const roomChange = z.object({
  operationId: operationIdSchema(),
  kind: operationKind,
  state: z.enum(['pending', 'applied', 'refused']),
  actor: uuid<UserId>(),
  subjects: list(uuid<UserId>(), 2000),
  since: dateTime(),
  status: z.optional(integer(200, 599)),
  code: z.optional(text(128)),
});

const roomChanges = z.object({ items: list(roomChange, 100) });

/** A two-part change of a room and what became of it; `code` says why it was refused (wires.md §9). */
export type RoomChange = z.infer<typeof roomChange>;

/** A room's two-part changes, newest first. @throws CloisterError with a `wire/…` code */
export const parseRoomChanges = (input: Untrusted): readonly RoomChange[] =>
  parseWith(roomChanges, input, 16 * 1024 * 1024).items;
