import type { AesGCM, Mechanism } from 'pkcs11js';
import { checkText } from '../key-check.ts';
import type { Handle, TokenSession } from './token-session.ts';

const IV = 12;
const TAG = 16;

// The older parameter structure is refused by NSS; SoftHSM takes both (byok.md §1.2).
const gcm = ({ constants: p }: TokenSession, iv: Buffer, aad: Buffer): Mechanism => {
  const parameter: AesGCM = { type: p.CK_PARAMS_AES_GCM_v240, iv, ivBits: IV * 8, aad, tagBits: TAG * 8 };
  return { mechanism: p.CKM_AES_GCM, parameter };
};

/**
 * AES-256-GCM in the token: iv | ciphertext | tag. A random iv serves 2^32 wraps of one key (NIST SP 800-38D §8.3), far
 * more than an organisation has KEKs.
 */
export const encryptUnder = (
  session: TokenSession,
  key: Handle,
  { iv, plaintext, aad }: { iv: Buffer; plaintext: Buffer; aad: Buffer },
): Buffer => Buffer.concat([iv, session.encrypt(gcm(session, iv, aad), key, plaintext, plaintext.length + TAG)]);

/** The plaintext of iv | ciphertext | tag; a `TokenFault` when anything of it is wrong. */
export const decryptUnder = (session: TokenSession, key: Handle, wrapped: Buffer, aad: Buffer): Buffer => {
  const sealed = wrapped.subarray(IV);
  // Some tokens write the plaintext and the tag before they compare.
  const space = Buffer.alloc(sealed.length);
  try {
    return Buffer.from(session.decrypt(gcm(session, wrapped.subarray(0, IV), aad), key, sealed, space));
  } finally {
    space.fill(0);
  }
};

/** AES-CMAC (RFC 4493) in the token. */
export const cmacUnder = (session: TokenSession, key: Handle, data: Buffer): Buffer =>
  session.sign({ mechanism: session.constants.CKM_AES_CMAC }, key, data, 16);

/** The 16 bytes that name a key's material to its organisation (byok.md §5). */
export const checkUnder = (session: TokenSession, key: Handle, organisationId: string): Buffer =>
  cmacUnder(session, key, checkText(organisationId));
