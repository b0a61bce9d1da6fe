import type { Template } from 'pkcs11js';
import type { Pkcs11js } from './pkcs11js.ts';

/** What a main key may do: encrypt, decrypt and name itself. It wraps no key, and no key is derived from it (byok.md §1.1). */
export const mainKeyTemplate = (p: Pkcs11js, kept: { id: Buffer; text: string } | null): Template => [
  { type: p.CKA_CLASS, value: p.CKO_SECRET_KEY },
  { type: p.CKA_KEY_TYPE, value: p.CKK_AES },
  { type: p.CKA_TOKEN, value: kept !== null },
  { type: p.CKA_PRIVATE, value: true },
  { type: p.CKA_SENSITIVE, value: true },
  { type: p.CKA_EXTRACTABLE, value: false },
  { type: p.CKA_ENCRYPT, value: true },
  { type: p.CKA_DECRYPT, value: true },
  { type: p.CKA_SIGN, value: true },
  { type: p.CKA_VERIFY, value: false },
  { type: p.CKA_WRAP, value: false },
  { type: p.CKA_UNWRAP, value: false },
  { type: p.CKA_DERIVE, value: false },
  ...(kept === null ? [] : named(p, kept)),
];

export const uploadPublicTemplate = (p: Pkcs11js, bits: number): Template => [
  { type: p.CKA_TOKEN, value: false },
  { type: p.CKA_ENCRYPT, value: true },
  { type: p.CKA_WRAP, value: true },
  { type: p.CKA_MODULUS_BITS, value: bits },
  { type: p.CKA_PUBLIC_EXPONENT, value: Buffer.from([1, 0, 1]) },
];

/**
 * What an upload key may do, by how keys are imported: `unwrap` is unwrapping and, where the token knows the attribute,
 * RSA-OAEP alone; `raw` has to be decrypting.
 */
export const uploadPrivateTemplate = (
  p: Pkcs11js,
  way: 'unwrap' | 'raw',
  { oaepAlone, kept }: { oaepAlone: boolean; kept: { id: Buffer; text: string } | null },
): Template => [
  { type: p.CKA_TOKEN, value: kept !== null },
  { type: p.CKA_PRIVATE, value: true },
  { type: p.CKA_SENSITIVE, value: true },
  { type: p.CKA_EXTRACTABLE, value: false },
  { type: p.CKA_UNWRAP, value: way === 'unwrap' },
  { type: p.CKA_DECRYPT, value: way === 'raw' },
  { type: p.CKA_SIGN, value: false },
  ...(oaepAlone ? [{ type: p.CKA_ALLOWED_MECHANISMS, value: ulong(p.CKM_RSA_PKCS_OAEP) }] : []),
  ...(kept === null ? [] : named(p, kept)),
];

const named = (p: Pkcs11js, { id, text }: { id: Buffer; text: string }): Template => [
  { type: p.CKA_ID, value: id },
  { type: p.CKA_LABEL, value: text },
];

/** One CK_ULONG as it lies in memory on the 64-bit machines this runs on. */
const ulong = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
