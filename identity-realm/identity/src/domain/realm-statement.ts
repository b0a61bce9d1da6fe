import { keyThumbprint, openRealmProofs } from '@cloister/verify';
import { CloisterError, type KmsHost, type RealmProof } from '@cloister/wire';
import type { JoinedKeys } from './joined-realm.ts';

/** Seconds by which the two clocks may differ. */
const window = 300;

/** What a key server must have stated. */
export interface ExpectedStatement {
  readonly act: RealmProof['act'];
  /** Thumbprint of the feed key. */
  readonly audience: string;
  readonly kmsHost: KmsHost;
  readonly keys: JoinedKeys;
  /** SHA-256 of the code's secret. */
  readonly code?: string;
  readonly now: Date;
}

/** The names of a key server's keys. */
export const thumbprintsOf = ({ linkKey, receiptKey, tlsKey }: JoinedKeys): RealmProof['keys'] => ({
  link: keyThumbprint(linkKey),
  receipt: keyThumbprint(receiptKey),
  tls: keyThumbprint(tlsKey),
});

/**
 * When a key server stated that it has its keys, if each of `signers` signed that and nothing else.
 * @throws CloisterError `identity/invalid-proof`
 */
export const checkStatement = (
  proofs: readonly string[],
  signers: readonly (JoinedKeys['linkKey'] | JoinedKeys['tlsKey'])[],
  { act, audience, kmsHost, keys, code, now }: ExpectedStatement,
): Date => {
  const stated = openRealmProofs(proofs, signers);
  const wanted = thumbprintsOf(keys);
  const isMeant =
    stated.act === act &&
    stated.aud === audience &&
    stated.kmsHost === kmsHost &&
    stated.code === code &&
    stated.keys.link === wanted.link &&
    stated.keys.receipt === wanted.receipt &&
    stated.keys.tls === wanted.tls &&
    Math.abs(now.getTime() / 1000 - stated.iat) <= window;
  if (!isMeant) throw new CloisterError('identity/invalid-proof');
  return new Date(stated.iat * 1000);
};
