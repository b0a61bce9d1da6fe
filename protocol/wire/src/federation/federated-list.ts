import * as z from 'zod/mini';
import { compactJws } from '../json/compact.ts';
import { integer } from '../json/schemas.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';
import { maxFederationBytes } from './federation-realm.ts';

/** Body of `POST /federation/v1/lists`. */
export const listAsked = z.object({ resourceUri: instanceUriOf('resources') });

/** Its answer: home's signed statement (`@cloister/receipts`). */
export const listGiven = z.object({ list: compactJws(maxFederationBytes) });

/** Body of `POST /federation/v1/recalls`: older lists hold no more. */
export const listRecalled = z.object({
  resourceUri: instanceUriOf('resources'),
  authorizationVersion: integer(0, Number.MAX_SAFE_INTEGER),
  revocationEpoch: integer(0, Number.MAX_SAFE_INTEGER),
  /** Somebody of the realm that is told was put on it. */
  added: z.optional(z.literal(true)),
});

export type ListRecalled = z.infer<typeof listRecalled>;
