import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import { CloisterError } from '@cloister/wire';
import { type Importer, rawImporter, unwrapImporter } from './importer.ts';
import { isSealedKey } from './sealed-key.ts';
import type { Sessions } from './sessions.ts';
import { mainKeyTemplate } from './templates.ts';
import { TokenFault } from './token-fault.ts';
import type { Handle, TokenSession } from './token-session.ts';
import { makeUploadKey, publicHalfOf } from './upload-key.ts';
import { cmacUnder, decryptUnder, encryptUnder } from './use-key.ts';

/** What a token was seen to do. */
export type Profile = {
  readonly importer: Importer;
  /** Whether the upload key can be bound to RSA-OAEP. */
  readonly oaepAlone: boolean;
};

type Way = Profile & { readonly kept: { id: Buffer; text: string } | null };

// NIST SP 800-38B, examples of AES-256: a key, 40 bytes and their CMAC.
const KEY = Buffer.from('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', 'hex');
const MESSAGE = Buffer.from('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411', 'hex');
const CMAC = Buffer.from('aaf3d8f1de5640c232f5b169b9c911e6', 'hex');
const BITS = 2048;

/**
 * What the token can do, by known answers: what it says that it can do is not to be relied on (byok.md §0.3). A known key
 * comes in as an uploaded one would, and is used. Throws `hsm/module-unusable` with what is missing.
 */
export const selfTest = async (sessions: Pick<Sessions, 'use'>): Promise<Profile> => {
  const ways: Way[] = [
    // Kept for a moment: NSS takes the attribute from a session's own key and refuses it in its database.
    { importer: unwrapImporter, oaepAlone: true, kept: { id: randomBytes(16), text: 'cloister self-test' } },
    { importer: unwrapImporter, oaepAlone: false, kept: null },
    { importer: rawImporter(), oaepAlone: false, kept: null },
  ];
  for (const way of ways) {
    const missing = await sessions.use((session) => missingBy(session, sessions, way));
    if (missing === null) continue;
    if (missing.length > 0)
      throw new CloisterError('hsm/module-unusable', { detail: `missing: ${missing.join(', ')}` });
    return way;
  }
  throw new CloisterError('hsm/module-unusable', {
    detail: 'missing: importing a key, by unwrapping RSA-OAEP with SHA-256 or by raw RSA and C_CreateObject',
  });
};

/** What is missing once the known key came in this way; null when it cannot come in so. */
const missingBy = async (
  session: TokenSession,
  sessions: Pick<Sessions, 'use'>,
  way: Way,
): Promise<string[] | null> => {
  const key = await bringKnownKey(session, way);
  if (key === null) return null;
  const missing: string[] = [];
  if (!(await doesGcm(session, sessions, key))) missing.push('AES-GCM with associated data');
  if (!holds(() => cmacUnder(session, key, MESSAGE).equals(CMAC))) missing.push('AES-CMAC');
  if (!holds(() => isSealedKey(session, generated(session)))) missing.push('generating keys that stay in the token');
  return missing;
};

const bringKnownKey = async (session: TokenSession, { importer, oaepAlone, kept }: Way): Promise<Handle | null> => {
  let upload: Handle | null = null;
  try {
    upload = await makeUploadKey(session, { way: importer.way, bits: BITS, oaepAlone, kept });
    if (upload === null) return null;
    const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' };
    const wrapped = publicEncrypt({ key: publicHalfOf(session, upload), ...padding }, KEY);
    const key = await importer.bring(session, upload, wrapped, mainKeyTemplate(session.constants, null));
    return key !== null && isSealedKey(session, key) ? key : null;
  } catch (cause) {
    if (cause instanceof TokenFault) return null;
    throw cause;
  } finally {
    if (upload !== null) session.destroy(upload);
  }
};

/** The same bytes as OpenSSL, back again, and nothing for another tag or other associated data. */
const doesGcm = async (session: TokenSession, sessions: Pick<Sessions, 'use'>, key: Handle): Promise<boolean> => {
  const [iv, plaintext, aad] = [randomBytes(12), randomBytes(32), randomBytes(24)];
  const cipher = createCipheriv('aes-256-gcm', KEY, iv).setAAD(aad);
  const wrapped = Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
  const tampered = Buffer.from(wrapped);
  tampered.writeUInt8(tampered.readUInt8(59) ^ 1, 59);
  // On sessions of their own: what a refused call leaves behind is not known.
  const refuses = (bytes: Buffer, data: Buffer): Promise<boolean> =>
    sessions.use((other) => !holds(() => decryptUnder(other, key, bytes, data).length > 0));
  return (
    holds(() => encryptUnder(session, key, { iv, plaintext, aad }).equals(wrapped)) &&
    holds(() => decryptUnder(session, key, wrapped, aad).equals(plaintext)) &&
    (await refuses(tampered, aad)) &&
    (await refuses(wrapped, randomBytes(24)))
  );
};

const generated = (session: TokenSession): Handle => {
  const { constants: p } = session;
  const template = [...mainKeyTemplate(p, null), { type: p.CKA_VALUE_LEN, value: 32 }];
  return session.generateKey({ mechanism: p.CKM_AES_KEY_GEN }, template);
};

const holds = (claim: () => boolean): boolean => {
  try {
    return claim();
  } catch {
    return false;
  }
};
