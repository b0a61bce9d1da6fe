import * as z from 'zod/mini';
import type { OrganisationId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { base64urlOf, list, text, uuid } from '../json/schemas.ts';
import { isKmsHost, type KmsHost } from '../kms-uri/kms-host.ts';

/** wires.md §13: the largest body that one key server takes from another. */
export const maxFederationBytes = 1024 * 1024;

const receiptKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: base64urlOf(32),
  kid: text(256),
});

/** What a key server tells another of its realm: `GET /federation/v1/realm`. */
export const federationRealm = z.object({
  kmsHost: z.custom<KmsHost>(isKmsHost),
  organisationIds: list(uuid<OrganisationId>(), 1000).check(z.minLength(1)),
  /** What it signs receipts with. */
  receiptKey,
});

export type FederationRealm = z.infer<typeof federationRealm>;
/** A peer's public receipt key. */
export type PeerReceiptKey = FederationRealm['receiptKey'];

/** @throws CloisterError with a `wire/…` code */
export const parseFederationRealm = (input: Untrusted): FederationRealm =>
  parseWith(federationRealm, input, maxFederationBytes);
