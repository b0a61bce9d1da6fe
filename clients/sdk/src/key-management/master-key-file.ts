import { CloisterError } from '@cloister/wire';

/** A new main key: `key` is the backup to be kept offline, `wrapped` what is uploaded. */
export interface MasterKeyFile {
  readonly key: Uint8Array;
  readonly wrapped: Uint8Array;
}

const oaep = { name: 'RSA-OAEP', hash: 'SHA-256' } as const;
const keyBytes = 32;

/**
 * 32 random bytes, and the same under the organisation's public key as the documents' OpenSSL commands encrypt them:
 * RSA-OAEP with SHA-256 for both the hash and MGF1, no label (R010, R012).
 * @throws CloisterError `client/invalid-request` when that is no public key
 */
export const makeMasterKeyFile = async (publicKeyPem: string): Promise<MasterKeyFile> => {
  const { subtle } = globalThis.crypto;
  const publicKey = await subtle.importKey('spki', derOf(publicKeyPem), oaep, false, ['encrypt']).catch(noKey);
  const key = globalThis.crypto.getRandomValues(new Uint8Array(keyBytes));
  return { key, wrapped: new Uint8Array(await subtle.encrypt(oaep, publicKey, key)) };
};

const noKey = (cause: unknown): never => {
  throw new CloisterError('client/invalid-request', { detail: 'not an RSA public key', cause });
};

const derOf = (pem: string): Uint8Array<ArrayBuffer> => {
  const [, base64] =
    /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]*)-----END PUBLIC KEY-----/.exec(pem) ?? noKey(undefined);
  try {
    return Uint8Array.from(atob((base64 ?? '').replace(/\s/g, '')), (char) => char.charCodeAt(0));
  } catch (cause) {
    return noKey(cause);
  }
};
