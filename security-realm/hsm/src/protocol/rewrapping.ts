import * as z from 'zod/mini';
import { plaintext, wrapped } from './fields.ts';
import { type KekPlace, kekPlace } from './kek-place.ts';

/** KEKs in one request, so that it and its answer fit into a frame: 128 of 60 bytes, or 7 CiphertextBlobs. */
export const MOST_KEKS = 128;
export const MOST_AMAZON_KEKS = 7;

// 32 bytes, as a KEK is.
const commitment = plaintext;

/** A KEK as it is stored under a main key. */
export const storedKek = z.strictObject({ place: kekPlace, wrapped, commitment });
export const rewrappedKek = z.union([
  z.strictObject({ wrapped, commitment }),
  z.strictObject({ refused: z.literal('hsm/unwrap-failed') }),
]);

/** A KEK that is to be put under another main key: its place, how it is wrapped, and its commitment (byok.md §5). */
export type StoredKek = { readonly place: KekPlace; readonly wrapped: Buffer; readonly commitment: Buffer };
/** The same under the other main key; null for one that could not be opened, whatever was wrong with it. */
export type RewrappedKek = Pick<StoredKek, 'wrapped' | 'commitment'> | null;
