import * as z from 'zod/mini';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { text } from '../json/schemas.ts';

const id = text(256);

const clientFrame = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('authorization'),
    id,
    data: z.object({ token: z.string().check(z.regex(/^Bearer [\x21-\x7e]{1,16384}$/)) }),
  }),
  z.object({ type: z.literal('ping'), id }),
  z.object({ type: z.literal('ack'), messageId: id }),
]);

/** What a client says on the event websocket (kms.md §3.5). */
export type ClientFrame = z.infer<typeof clientFrame>;

/** A frame carries at most a token. */
export const maxClientFrameBytes = 32 * 1024;

/** @throws CloisterError with a `wire/…` code */
export const parseClientFrame = (input: Untrusted): ClientFrame => parseWith(clientFrame, input, maxClientFrameBytes);
