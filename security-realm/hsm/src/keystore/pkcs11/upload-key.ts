import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Importer } from './importer.ts';
import { isSealedUploadKey } from './sealed-key.ts';
import { uploadPrivateTemplate, uploadPublicTemplate } from './templates.ts';
import type { Handle, TokenSession } from './token-session.ts';

export type UploadKeyOptions = {
  readonly way: Importer['way'];
  readonly bits: number;
  /** Whether the token binds the key to RSA-OAEP. */
  readonly oaepAlone: boolean;
  /** Kept on the token under this id, or a session's own. */
  readonly kept: { readonly id: Buffer; readonly text: string } | null;
};

/** A new RSA key of which the token gives the public half alone; null when it would give more, and then there is none. */
export const makeUploadKey = async (session: TokenSession, options: UploadKeyOptions): Promise<Handle | null> => {
  const { constants: p } = session;
  const made = await session.generatePrivateKey(
    { mechanism: p.CKM_RSA_PKCS_KEY_PAIR_GEN },
    uploadPublicTemplate(p, options.bits),
    uploadPrivateTemplate(p, options.way, options),
  );
  if (isSealedUploadKey(session, made)) return made;
  session.destroy(made);
  return null;
};

/** The public half, as the private key's own attributes say it. */
export const publicHalfOf = (session: TokenSession, key: Handle): KeyObject => {
  const p = session.constants;
  const [n, e] = session
    .attributes(key, [p.CKA_MODULUS, p.CKA_PUBLIC_EXPONENT])
    .map((value) => value.toString('base64url'));
  return createPublicKey({ format: 'jwk', key: { kty: 'RSA', n: n ?? '', e: e ?? '' } });
};
