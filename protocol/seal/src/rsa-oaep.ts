import { base64url } from '@cloister/wire';
import { primitives } from '#primitives';
import { encodeHeader, openUnder, sealUnder } from './dir.ts';
import { type Jwe, parseJwe } from './jwe.ts';
import type { OaepAlgorithm, RsaPublicJwk } from './primitives/primitives.ts';
import { handleOf, type PrivateKey } from './private-key.ts';
import { importPublicKey } from './public-key.ts';
import { toBytes } from './text.ts';

const KEY_BYTES = 32;

export interface OaepRecipient {
  readonly jwk: RsaPublicJwk;
  readonly kid: string;
  /** JOSE's `RSA-OAEP` (SHA-1) is what the published KMS protocol requires, and the default. */
  readonly alg?: OaepAlgorithm;
}

/** Seals under a fresh content key that only the recipient's RSA key opens (RFC 7516 §5.1, RFC 7518 §4.3). */
export async function sealRsaOaep(recipient: OaepRecipient, plaintext: string | Uint8Array): Promise<string> {
  const alg = recipient.alg ?? 'RSA-OAEP';
  const { encode } = base64url;
  const header = encodeHeader({ enc: 'A256GCM', alg, kid: recipient.kid });
  const publicKey = await importPublicKey({ kty: 'RSA', n: recipient.jwk.n, e: recipient.jwk.e });
  const key = primitives.randomBytes(KEY_BYTES);
  const encryptedKey = encode(await primitives.oaepSeal(alg, publicKey, key));
  const sealed = await sealUnder(
    key,
    header,
    encryptedKey,
    typeof plaintext === 'string' ? toBytes(plaintext) : plaintext,
  );
  key.fill(0);
  return sealed;
}

/**
 * RFC 7516 §11.5: a key that does not unwrap is replaced by a random one, so that a bad padding, a bad length and a bad
 * tag take the same path to the same error.
 * @throws CloisterError `seal/open-failed`
 */
export async function openRsaOaep(key: PrivateKey, sealed: string | Jwe): Promise<Uint8Array> {
  const jwe = typeof sealed === 'string' ? parseJwe(sealed, { algorithms: ['RSA-OAEP', 'RSA-OAEP-256'] }) : sealed;
  const substitute = primitives.randomBytes(KEY_BYTES);
  const unwrapped = jwe.alg === 'dir' ? null : await primitives.oaepOpen(jwe.alg, handleOf(key), jwe.encryptedKey);
  const contentKey = unwrapped?.length === KEY_BYTES ? unwrapped : substitute;
  try {
    return await openUnder(contentKey, jwe);
  } finally {
    contentKey.fill(0);
  }
}
