import { isKmsHost, isUuid, type KmsHost, type OrganisationId, purpose } from '@cloister/wire';
import * as z from 'zod/mini';

/** Which machines an organisation lets read, as its key server says to another one (wires.md §13, R344). */
export const readersClaims = z.looseObject({
  iss: z.custom<KmsHost>(isKmsHost),
  /** Whom it is for. */
  aud: z.custom<KmsHost>(isKmsHost),
  organisationId: z.custom<OrganisationId>(isUuid),
  /** The functions that are on. */
  functions: z.array(purpose).check(
    z.maxLength(100),
    z.refine((functions) => new Set(functions).size === functions.length),
  ),
  /** Seconds since 1970. */
  issuedAt: z.number().check(z.minimum(0), z.maximum(253_402_300_799)),
});

export type ReadersClaims = z.infer<typeof readersClaims>;
