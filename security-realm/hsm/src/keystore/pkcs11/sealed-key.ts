import type { Handle, TokenSession } from './token-session.ts';

/**
 * Whether the object is what a main key has to be: an AES key of 32 bytes, sensitive, not extractable, and its value
 * refused. What a token was asked for says nothing: some keep 16 bytes, some leave the value readable (byok.md §1.1).
 */
export const isSealedKey = (session: TokenSession, key: Handle): boolean => {
  const p = session.constants;
  const [kind, type, length, sensitive, extractable] = session
    .attributes(key, [p.CKA_CLASS, p.CKA_KEY_TYPE, p.CKA_VALUE_LEN, p.CKA_SENSITIVE, p.CKA_EXTRACTABLE])
    .map(number);
  return (
    kind === p.CKO_SECRET_KEY &&
    type === p.CKK_AES &&
    length === 32 &&
    sensitive === 1 &&
    extractable === 0 &&
    !session.gives(key, p.CKA_VALUE)
  );
};

/** Whether the private key of an upload key stays in the token. */
export const isSealedUploadKey = (session: TokenSession, key: Handle): boolean => {
  const p = session.constants;
  const [sensitive, extractable] = session.attributes(key, [p.CKA_SENSITIVE, p.CKA_EXTRACTABLE]).map(number);
  return sensitive === 1 && extractable === 0 && !session.gives(key, p.CKA_PRIVATE_EXPONENT);
};

/** A CK_ULONG or CK_BBOOL; NaN for anything else, which equals nothing. */
const number = (value: Buffer): number => {
  if (value.length === 1) return value.readUInt8();
  return value.length === 8 ? Number(value.readBigUInt64LE()) : Number.NaN;
};
