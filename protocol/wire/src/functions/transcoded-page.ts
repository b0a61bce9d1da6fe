import * as z from 'zod/mini';
import { sealedText } from '../conversation/sealed-text.ts';
import { integer, list, text } from '../json/schemas.ts';

/** The most pages that are shown of one file. */
export const maxPagesOfFile = 100;
/** The most pages of all files of a share together: with their sealed references they must fit one entry. */
export const maxPagesOfShare = 500;

const pixels = integer(1, 20_000);

/** One page of a shared file as an image. It is sealed like a file: its key is in `scr`, sealed under the share's key. */
export const transcodedPage = z.object({
  objectType: z.literal('file'),
  mimeType: z.literal('image/png'),
  fileSize: integer(1, Number.MAX_SAFE_INTEGER),
  url: text(4096),
  scr: sealedText().check(z.refine((scr) => scr !== '')),
  image: z.object({ width: pixels, height: pixels }),
});

/** The pages of one file, in order, under the names that published clients know (wires.md §10). */
export const transcodedCollection = z.object({
  items: list(
    z.object({
      objectType: z.literal('transcodedContent'),
      files: z.object({ items: list(transcodedPage, maxPagesOfFile).check(z.minLength(1)) }),
    }),
    1,
  ).check(z.minLength(1)),
});

export type TranscodedPage = z.infer<typeof transcodedPage>;
export type TranscodedCollection = z.infer<typeof transcodedCollection>;
