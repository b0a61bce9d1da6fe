import { importPublicKey, openRsaOaep, type PrivateKey, parseJwe } from '@cloister/seal';
import { CloisterError, type KmsHost, type KmsRequest, parseKmsRequest } from '@cloister/wire';

/** The request that opens a channel. A private `d` sent along is gone already. */
export type HandshakeRequest = KmsRequest & { readonly operation: 'createEphemeralKey' };

/** A handshake is some 2 KiB; the token is the largest part. */
const MAX_LENGTH = 64 * 1024;

/**
 * Opens a client's half (kms.md §1.4; R302). Token, person and proof are the caller's to check.
 * @throws CloisterError `seal/…` for what is not sealed to this key, `seal/invalid-key` for a point off the curve,
 * `wire/…` or `kms/invalid-request` for another request
 */
export async function openHandshake(staticKey: PrivateKey, message: string, own: KmsHost): Promise<HandshakeRequest> {
  const jwe = parseJwe(message, { algorithms: ['RSA-OAEP', 'RSA-OAEP-256'], maxLength: MAX_LENGTH });
  if (jwe.kid !== staticKey.kid) throw new CloisterError('seal/invalid-key', { detail: 'sealed to another key' });
  const request = parseKmsRequest(await openRsaOaep(staticKey, jwe), own);
  if (request.operation !== 'createEphemeralKey' || request.host !== own) {
    throw new CloisterError('kms/invalid-request', { detail: 'only a handshake is sealed to the static key' });
  }
  await importPublicKey(request.jwk);
  return request;
}
