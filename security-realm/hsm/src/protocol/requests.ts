import * as z from 'zod/mini';
import { base64, id, label, parser, plaintext, purpose, uuid, wrapped } from './fields.ts';
import { kekPlace } from './kek-place.ts';
import { amazonKey, keyName, mainKey } from './main-key.ts';
import { MOST_KEKS, storedKek } from './rewrapping.ts';

const request = z.discriminatedUnion('op', [
  z.strictObject({ id, op: z.literal('ensureKey'), organisationId: uuid, purpose, label }),
  z.strictObject({ id, op: z.literal('publicKey'), organisationId: uuid }),
  // As long as a frame allows: a wrong length is a bad upload like any other, not a bad request.
  z.strictObject({
    id,
    op: z.literal('importKey'),
    organisationId: uuid,
    keyId: uuid,
    wrapped: base64(48 * 1024 - 512),
  }),
  z.strictObject({ id, op: z.literal('check'), key: keyName }),
  z.strictObject({ id, op: z.literal('wrap'), key: mainKey, place: kekPlace, plaintext }),
  z.strictObject({ id, op: z.literal('unwrap'), key: mainKey, place: kekPlace, wrapped }),
  z.strictObject({
    id,
    op: z.literal('rewrap'),
    from: mainKey,
    to: mainKey,
    keks: z.array(storedKek).check(z.minLength(1), z.maxLength(MOST_KEKS)),
  }),
  z.strictObject({ id, op: z.literal('describe'), key: mainKey }),
  z.strictObject({ id, op: z.literal('probe'), key: amazonKey, light: z.optional(z.boolean()) }),
  z.strictObject({ id, op: z.literal('diagnose'), key: amazonKey }),
  z.strictObject({ id, op: z.literal('principal'), organisationId: uuid }),
  z.strictObject({ id, op: z.literal('destroy'), key: keyName }),
]);

export type HsmRequest = z.infer<typeof request>;

export const parseHsmRequest = parser(request);

const numbered = parser(z.looseObject({ id }));

/** The number of a request, also of one that cannot be read further. Throws `hsm/invalid-request` when it has none. */
export const requestIdOf = (value: unknown): number => numbered(value).id;
