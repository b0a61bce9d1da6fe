import * as z from 'zod/mini';
import { integer, uuid } from '../json/schemas.ts';
import { isKmsHost, type KmsHost } from '../kms-uri/kms-host.ts';

/** How much a sender may send before any of it was read: its credit at first, and its most at any time (wires.md §13). */
export const streamCredit = 262_144;

/** wires.md §13: "At most 64 streams a node in each direction". */
export const maxStreams = 64;

const stream = uuid();
const kmsHost = z.custom<KmsHost>(isKmsHost);

/** A key server wants a stream to another realm's. */
export const streamOpenToFrame = z.object({ type: z.literal('stream-open'), stream, to: kmsHost });

/** Another realm's key server wants a stream; `from` is the core's word and proves nothing. */
export const streamOpenFromFrame = z.object({ type: z.literal('stream-open'), stream, from: kmsHost });

/** So many bytes were read: the other side may send as many more. */
export const streamCreditFrame = z.object({
  type: z.literal('stream-credit'),
  stream,
  bytes: integer(1, streamCredit),
});

const endFrame = <const Reason extends string>(reasons: readonly Reason[]) =>
  z.object({ type: z.literal('stream-end'), stream, reason: z.optional(z.enum(reasons)) });

/** A key server's last word on a stream, without a reason when all that it had to say was sent. */
export const streamEndFromRealmFrame = endFrame(['refused', 'broken']);

/** The core's last word on a stream. */
export const streamEndFromCoreFrame = endFrame(['unknown-realm', 'unreachable', 'too-many', 'refused', 'broken']);

export type StreamOpenToFrame = z.infer<typeof streamOpenToFrame>;
export type StreamOpenFromFrame = z.infer<typeof streamOpenFromFrame>;
export type StreamCreditFrame = z.infer<typeof streamCreditFrame>;
export type StreamEndFrame = z.infer<typeof streamEndFromCoreFrame>;
/** Why a stream ended before everything was said. */
export type StreamEndReason = NonNullable<StreamEndFrame['reason']>;

/** What is said of streams, either way. */
export type StreamFrame = StreamOpenToFrame | StreamOpenFromFrame | StreamCreditFrame | StreamEndFrame;

/** Tells the frames of streams from all others of the realm link. */
export const isStreamFrame = <Frame extends { readonly type: string }>(
  frame: Frame,
): frame is Extract<Frame, { readonly type: StreamFrame['type'] }> => frame.type.startsWith('stream-');
