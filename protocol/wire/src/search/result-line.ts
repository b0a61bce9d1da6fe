import * as z from 'zod/mini';
import { activitySchema } from '../conversation/activity.ts';
import { errorCode } from '../errors/error-code.ts';
import { compactJwe } from '../json/compact.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { dateTime, integer, list, text } from '../json/schemas.ts';
import { maxPlanSlots, maxSealedQuery, searchPageItems } from './limits.ts';

const rooms = integer(0, 2 ** 31);

const foundEntry = z.object({
  activity: activitySchema,
  /** The newest edit of it. */
  edit: z.optional(activitySchema),
  /** The slots of the plan that hold in it, where the plan asked for that. */
  slots: z.optional(list(integer(0, maxPlanSlots - 1), maxPlanSlots)),
});

const resultLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('items'), items: list(foundEntry, searchPageItems) }),
  z.object({
    type: z.literal('reach'),
    /** That were searched. */
    rooms,
    /** Of these: with content that is not in the index yet; the oldest of it was sent at `since`. */
    lagging: rooms,
    since: z.optional(dateTime()),
    /** That have no index. */
    missing: rooms,
    /** That the indexer could not look in now. */
    unsearched: z.optional(rooms),
  }),
  z.object({ type: z.literal('answer'), sealed: compactJwe(maxSealedQuery) }),
  z.object({ type: z.literal('end'), next: z.optional(text(256)) }),
  z.object({ type: z.literal('failed'), code: errorCode() }),
]);

/** A message that was found, and the newest edit of it. */
export type FoundEntry = z.infer<typeof foundEntry>;
/** A line of a search's answer; `end` or `failed` is the last (wires.md §14). */
export type ResultLine = z.infer<typeof resultLine>;
/** How far what was searched reaches. */
export type Reach = Omit<Extract<ResultLine, { readonly type: 'reach' }>, 'type'>;

/** Longest line of an answer. */
export const maxResultLineBytes = 4 * 1024 * 1024;

/** One line of the answer, without its line end. @throws CloisterError with a `wire/…` code */
export const parseResultLine = (input: Untrusted): ResultLine => parseWith(resultLine, input, maxResultLineBytes);
