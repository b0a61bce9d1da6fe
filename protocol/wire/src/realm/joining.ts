import * as z from 'zod/mini';
import type { OrganisationId } from '../ids.ts';
import { compactJws } from '../json/compact.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { base64urlOf, list, numericDate, text, uuid } from '../json/schemas.ts';
import { ecPublicJwk, edPublicJwk } from '../kms/jwk.ts';
import { isKmsHost, type KmsHost } from '../kms-uri/kms-host.ts';

/** The `typ` of a key server's proof that it has its keys. RFC 8725 §3.11: a type of its own. */
/** The payload of a proof. */
export const realmProofType = 'cloister-realm-proof+jws';
/** The `typ` of what identity answers. */
export const joinedType = 'cloister-joined+jws';

const kmsHost = z.custom<KmsHost>(isKmsHost);
/** RFC 7638, SHA-256. */
const thumbprint = base64urlOf(32);
const thumbprints = z.object({ link: thumbprint, receipt: thumbprint, tls: thumbprint });

/** The payload of a proof. */
export const realmProof = z.object({
  act: z.enum(['join', 'renew']),
  /** Thumbprint of identity's feed key: a proof for one operator is nothing to another. */
  aud: thumbprint,
  kmsHost,
  keys: thumbprints,
  /** SHA-256 of the code's secret, for `join`. */
  code: z.optional(thumbprint),
  iat: numericDate(),
});

const keys = { linkKey: edPublicJwk, receiptKey: edPublicJwk, tlsKey: ecPublicJwk };
const proofs = list(compactJws(4096), 8);

/** What a key server joins with. */
export const joinRequest = z.strictObject({ kmsHost, secret: base64urlOf(16), ...keys, proofs });
/** What its keys are renewed with. */
export const renewRequest = z.strictObject({ ...keys, proofs });

/** The payload of the answer to both. */
export const joinedStatement = z.object({
  iss: text(1024),
  aud: kmsHost,
  issuedAt: numericDate(),
  /** The key of the feed, which the joining code names by its thumbprint. */
  statusKey: edPublicJwk,
  /** Where the realm link goes. */
  core: z.string().check(z.regex(/^wss:\/\/[!-~]{1,1000}$/)),
  organisationIds: list(uuid<OrganisationId>(), 1000).check(z.minLength(1)),
  /** What identity keeps now. */
  keys: thumbprints,
});

/** What a key server states, signed by each key concerned (wires.md §13). */
export type RealmProof = z.infer<typeof realmProof>;
/** The public halves by which others know a key server. */
export type RealmKeySet = Pick<z.infer<typeof joinRequest>, 'linkKey' | 'receiptKey' | 'tlsKey'>;
export type JoinRequest = z.infer<typeof joinRequest>;
export type RenewRequest = z.infer<typeof renewRequest>;
/** Identity's word to a key server that joined or renewed its keys. Time is seconds since 1970. */
export type Joined = z.infer<typeof joinedStatement>;

/** @throws CloisterError with a `wire/…` code */
export const parseRealmProof = (input: Untrusted): RealmProof => parseWith(realmProof, input);
/** @throws CloisterError with a `wire/…` code */
export const parseJoinRequest = (input: Untrusted): JoinRequest => parseWith(joinRequest, input);
/** @throws CloisterError with a `wire/…` code */
export const parseRenewRequest = (input: Untrusted): RenewRequest => parseWith(renewRequest, input);
/** @throws CloisterError with a `wire/…` code */
export const parseJoined = (input: Untrusted): Joined => parseWith(joinedStatement, input);
