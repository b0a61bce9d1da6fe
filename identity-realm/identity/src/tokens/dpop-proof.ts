import { CloisterError } from '@cloister/wire';
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from 'jose';

/** Seconds a proof may be old or early: both clocks are somebody's. */
export const proofWindow = 60;

/** What a proof must be for. */
export interface ProofExpectation {
  readonly method: string;
  /** Address of the request without query and fragment. */
  readonly url: string;
  readonly now: Date;
}

/** A proof that holds: the thumbprint of its key and the id that must be used up before the proof counts. */
export interface Proof {
  readonly thumbprint: string;
  readonly id: string;
}

/**
 * Checks a DPoP proof by the list of RFC 9449 §4.3; that the id is new is the store's to say.
 * @throws CloisterError `identity/invalid-proof`
 */
export const checkProof = async (proof: string, { method, url, now }: ProofExpectation): Promise<Proof> => {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: ['ES256'],
      currentDate: now,
    });
    const { htm, htu, iat, jti } = payload;
    if (htm !== method || typeof htu !== 'string' || withoutQuery(htu) !== withoutQuery(url)) throw refused();
    if (typeof iat !== 'number' || Math.abs(now.getTime() / 1000 - iat) > proofWindow) throw refused();
    if (typeof jti !== 'string' || jti === '' || jti.length > 256) throw refused();
    const thumbprint = await calculateJwkThumbprint(protectedHeader.jwk as JWK);
    return { thumbprint, id: `${thumbprint} ${jti}` };
  } catch (error) {
    // Whatever is wrong with a proof, the sender learns only that it does not hold.
    throw error instanceof CloisterError ? error : refused();
  }
};

const refused = (): CloisterError => new CloisterError('identity/invalid-proof');

// §4.3 point 9: "ignoring any query and fragment parts"; URL does the normalization of RFC 3986 §6.2.2 and §6.2.3.
const withoutQuery = (text: string): string | undefined => {
  const url = URL.parse(text);
  return url === null ? undefined : `${url.origin}${url.pathname}`;
};
