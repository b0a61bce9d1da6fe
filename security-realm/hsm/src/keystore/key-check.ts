import { cmac } from '@noble/ciphers/aes.js';

/** What a key's check value is computed over (byok.md §5): the same key of two organisations has two. */
export const checkText = (organisationId: string): Buffer => Buffer.from(`byok-kcv/v1|${organisationId}`, 'utf8');

/** AES-CMAC (RFC 4493) of 16 bytes, which tells whether a key is the one of before and helps nobody to guess it. */
export const keyCheck = (key: Uint8Array, organisationId: string): Buffer =>
  Buffer.from(cmac(checkText(organisationId), key));
