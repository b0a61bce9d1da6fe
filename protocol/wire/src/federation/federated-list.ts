import * as z from 'zod/mini';
import { type CompactJws, compactJws } from '../json/compact.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { integer } from '../json/schemas.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';
import { maxFederationBytes } from './federation-realm.ts';

const listGiven = z.object({ list: compactJws(maxFederationBytes) });

/** Answer of `GET /federation/v1/resources/<id>`: home's signed list. @throws CloisterError with a `wire/…` code */
export const parseListGiven = (input: Untrusted): { readonly list: CompactJws } =>
  parseWith(listGiven, input, maxFederationBytes);

const listRecalled = z.object({
  resourceUri: instanceUriOf('resources'),
  authorizationVersion: integer(0, Number.MAX_SAFE_INTEGER),
  revocationEpoch: integer(0, Number.MAX_SAFE_INTEGER),
});

export type ListRecalled = z.infer<typeof listRecalled>;

/** Body of `POST /federation/v1/recalls`: older lists hold no more. @throws CloisterError with a `wire/…` code */
export const parseListRecalled = (input: Untrusted): ListRecalled => parseWith(listRecalled, input, maxFederationBytes);
