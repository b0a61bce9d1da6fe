import { createPublicKey, type JsonWebKey } from 'node:crypto';
import {
  CloisterError,
  type Joined,
  joinedType,
  type KmsHost,
  type OrganisationId,
  parseJoined,
  type RealmKeySet,
} from '@cloister/wire';
import { checkSignature, splitCompactJws } from './compact-jws.ts';
import { parsedOr } from './parsed-or.ts';
import { keyThumbprint } from './realm-proof.ts';

const REFUSED = 'verify/untrusted-statement';
/** Both clocks are somebody's. */
const WINDOW_MS = 5 * 60 * 1000;

/** What a realm knows before it asks. */
export interface ExpectedAnswer {
  /** RFC 7638 thumbprint of identity's feed key, from the joining code or an earlier answer. */
  readonly feedKey: string;
  readonly kmsHost: KmsHost;
  readonly organisationId: OrganisationId;
  /** The keys that were sent. */
  readonly keys: RealmKeySet;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * What identity answered to a realm that joined or renewed its keys, if the pinned key signed it and it is about this realm,
 * this organisation and these keys: whoever stands between, or the operator with another key, is not believed.
 * @throws CloisterError `verify/untrusted-statement` with what is wrong
 */
export function openJoinedAnswer(text: string, expected: ExpectedAnswer): Joined {
  const jws = splitCompactJws(text.trim(), REFUSED);
  const joined = parsedOr(REFUSED, () => parseJoined(jws.payload));
  const wrong = (detail: string) => new CloisterError(REFUSED, { detail });
  if (keyThumbprint(joined.statusKey) !== expected.feedKey) {
    throw wrong('the answer names another feed key than the joining code');
  }
  const key = parsedOr(REFUSED, () => createPublicKey({ key: joined.statusKey as JsonWebKey, format: 'jwk' }));
  checkSignature(jws, { alg: 'EdDSA', typ: joinedType, key }, REFUSED);
  if (joined.aud !== expected.kmsHost) throw wrong('the answer is for another key server');
  const [only, ...more] = joined.organisationIds;
  if (only !== expected.organisationId || more.length > 0) throw wrong('the answer is for another organisation');
  const { linkKey, receiptKey, tlsKey } = expected.keys;
  const isSame =
    joined.keys.link === keyThumbprint(linkKey) &&
    joined.keys.receipt === keyThumbprint(receiptKey) &&
    joined.keys.tls === keyThumbprint(tlsKey);
  if (!isSame) throw wrong('the operator keeps other keys than were sent');
  if (Math.abs(joined.issuedAt * 1000 - expected.now) > WINDOW_MS) {
    throw wrong("the answer is not of this moment; compare this machine's clock");
  }
  return joined;
}
