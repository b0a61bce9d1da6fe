import {
  checkJws,
  type EcPublicJwk,
  type PrivateKey,
  parseJws,
  publicPart,
  sha256Text,
  signCompact,
  thumbprint,
} from '@cloister/seal';
import { CloisterError, type KmsHost, parseKmsProofClaims } from '@cloister/wire';

const TYP = 'cloister-kms-proof+jwt';
const MAX_AGE_MS = 5 * 60_000;
const MAX_LENGTH = 8192;

/** What a proof of possession is about (wires.md §2). */
export interface ProofSubject {
  /** The KMS token whose `cnf.jkt` names the signing key. */
  readonly bearer: string;
  /** The handshake's ephemeral key, so that the proof serves no other channel. */
  readonly channelJwk: EcPublicJwk;
  readonly kmsHost: KmsHost;
  readonly now: Date;
}

/** Signs that the holder of `key` opens this channel with this token. */
export async function signProof(key: PrivateKey, subject: ProofSubject): Promise<string> {
  const payload = {
    ath: await sha256Text(subject.bearer),
    channel: await thumbprint(subject.channelJwk),
    aud: subject.kmsHost,
    iat: Math.floor(subject.now.getTime() / 1000),
  };
  const header = { typ: TYP, jwk: key.publicJwk, kid: undefined };
  return signCompact({ key, alg: 'ES256', header }, JSON.stringify(payload));
}

/**
 * The thumbprint (`jkt`) of the key that signed the proof; the caller compares it with the token's `cnf.jkt`.
 * @throws CloisterError `kms/unauthenticated`, whatever is wrong
 */
export async function verifyProof(proof: string, subject: ProofSubject): Promise<string> {
  try {
    const jws = parseJws(proof, { maxLength: MAX_LENGTH });
    const jwk = publicPart(jws.header.jwk);
    await checkJws(jws, jwk, { algorithms: ['ES256'], typ: TYP });
    const { ath, channel, aud, iat } = parseKmsProofClaims(jws.payload);
    const fresh = Math.abs(subject.now.getTime() - iat * 1000) <= MAX_AGE_MS;
    const bound = ath === (await sha256Text(subject.bearer)) && channel === (await thumbprint(subject.channelJwk));
    if (fresh && bound && aud === subject.kmsHost) return await thumbprint(jwk);
  } catch {
    // One answer for every fault.
  }
  throw new CloisterError('kms/unauthenticated', { detail: 'the proof does not fit' });
}
