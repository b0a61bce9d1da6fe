import { encodeAad } from '@cloister/at-rest';
import * as z from 'zod/mini';
import { label, uuid } from './fields.ts';

export const kekPlace = z.strictObject({
  organisationId: uuid,
  kekId: uuid,
  version: z.int().check(z.minimum(1), z.maximum(2 ** 31 - 1)),
  level: z.enum(['content', 'channel', 'realm']),
  label,
});

/** Where a KEK belongs. Its organisation is another than its main key's where the realm's default main key serves it. */
export type KekPlace = Readonly<z.infer<typeof kekPlace>>;

/**
 * byok.md §5: organisation, key id, level and version of both keys, so that a swapped row fails the tag. A main key has one
 * material for its life: its version is 1; so is the number of the algorithm.
 */
export const kekAad = (mainKeyId: string, { organisationId, kekId, version, level, label }: KekPlace): Buffer =>
  encodeAad(['cloister/kek/v1', organisationId, kekId, String(version), level, label, mainKeyId, '1', '1']);
