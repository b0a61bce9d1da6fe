import * as z from 'zod/mini';
import type { JsonObject } from '../json/json-value.ts';
import { checkWith, parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { jsonObject, text } from '../json/schemas.ts';

const id = text(256);

const eventFrame = z.looseObject({
  id,
  data: z.looseObject({ eventType: z.string() }),
  sequenceNumber: z.optional(z.int()),
  timestamp: z.optional(z.number()),
  trackingId: z.optional(z.string()),
  alertType: z.optional(z.string()),
  headers: z.optional(jsonObject()),
  wsWriteTimestamp: z.optional(z.number()),
});

/**
 * An event as the core sends it. Events carry no `type`, and published clients need an `id` on every frame (kms.md §3.5).
 */
export type EventFrame = z.infer<typeof eventFrame>;

/** What the core says on the event websocket. */
export type ServerFrame =
  | { readonly type: 'pong'; readonly id: string }
  | { readonly type: 'shutdown' }
  | { readonly type: 'event'; readonly event: EventFrame }
  /** A kind this version does not know; to be ignored. */
  | { readonly type: 'other'; readonly frame: JsonObject };

const pongFrame = z.object({ type: z.literal('pong'), id });
const anyFrame = z.looseObject({ type: z.optional(z.string()) });
const maxBytes = 8 * 1024 * 1024;

/**
 * A frame from the core, for clients.
 * @throws CloisterError with a `wire/…` code
 */
export const parseServerFrame = (input: Untrusted): ServerFrame => {
  const frame = parseWith(anyFrame, input, maxBytes);
  if (frame.type === undefined) return { type: 'event', event: checkWith(eventFrame, frame) };
  if (frame.type === 'pong') return checkWith(pongFrame, frame);
  if (frame.type === 'shutdown') return { type: 'shutdown' };
  return { type: 'other', frame: frame as JsonObject };
};
