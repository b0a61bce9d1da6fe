import * as z from 'zod/mini';
import { sealedText } from '../conversation/sealed-text.ts';
import { CloisterError } from '../errors/cloister-error.ts';
import { errorCode } from '../errors/error-code.ts';
import type { ActivityId, RoomId, WorkId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { list, uuid } from '../json/schemas.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';
import { maxPagesOfShare, transcodedCollection } from './transcoded-page.ts';

/** How much work is given out at once. */
export const maxWorkItems = 10;

/** A result is as large as the largest share with {@link maxPagesOfShare} pages, each with its sealed reference. */
export const maxWorkResultBytes = 1024 * 1024;

const work = z.object({ id: uuid<WorkId>(), roomId: uuid<RoomId>(), activityId: uuid<ActivityId>() });

const workPage = z.looseObject({ items: list(work, maxWorkItems) });

/** A file of the share as the machine found it: `scr` says which it is; what else it holds is dropped. */
const convertedFile = z.object({
  objectType: z.literal('file'),
  scr: sealedText(),
  transcodedCollection: z.optional(transcodedCollection),
});

const workResult = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('done'),
    object: z.object({
      objectType: z.literal('content'),
      files: z.object({ items: list(convertedFile, 50).check(z.minLength(1)) }),
    }),
    encryptionKeyUrl: instanceUriOf('keys'),
  }),
  z.object({ state: z.literal('nothing') }),
  z.object({ state: z.literal('failed'), code: errorCode() }),
]);

/** A share that waits for a machine (wires.md §10). */
export type Work = z.infer<typeof work>;
export type WorkPage = z.infer<typeof workPage>;
/** What became of a piece of work: pages, no pages to be made, or a fault. */
export type WorkResult = z.infer<typeof workResult>;

/** `GET /functions/v1/work`. @throws CloisterError with a `wire/…` code */
export const parseWorkPage = (input: Untrusted): WorkPage => parseWith(workPage, input);

/** `PUT /functions/v1/work/<id>`. @throws CloisterError with a `wire/…` code */
export const parseWorkResult = (input: Untrusted): WorkResult => {
  const result = parseWith(workResult, input, maxWorkResultBytes);
  if (result.state === 'done') checkPages(result.object.files.items);
  return result;
};

const checkPages = (files: readonly z.infer<typeof convertedFile>[]): void => {
  const pages = files.flatMap(
    (file) => file.transcodedCollection?.items.flatMap(({ files: { items } }) => items) ?? [],
  );
  if (pages.length === 0) throw new CloisterError('wire/invalid-message', { detail: 'a result without a page' });
  if (pages.length > maxPagesOfShare) throw new CloisterError('wire/too-large');
};
