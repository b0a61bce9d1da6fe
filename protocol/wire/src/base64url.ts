import { CloisterError } from './errors/cloister-error.ts';

const alphabet = /^[A-Za-z0-9_-]*$/;
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Bytes to unpadded base64url. @see {@link https://www.rfc-editor.org/rfc/rfc7515#section-2 RFC 7515 §2} */
const encode = (bytes: Uint8Array): string => {
  if (typeof Buffer !== 'undefined') {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
  }
  let binary = '';
  // String.fromCharCode takes its bytes as arguments, so long input goes in pieces.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
};

/**
 * Unpadded base64url to bytes. Refuses padding, white space, other alphabets, impossible lengths and non-zero trailing
 * bits, so that every byte string has exactly one spelling.
 * @see {@link https://www.rfc-editor.org/rfc/rfc4648#section-3.5 RFC 4648 §3.5}
 * @throws CloisterError `wire/invalid-base64url`
 */
const decode = (text: string): Uint8Array<ArrayBuffer> => {
  if (!is(text)) throw new CloisterError('wire/invalid-base64url');
  // Copied, because a Buffer is a window on a pool that holds other callers' bytes.
  if (typeof Buffer !== 'undefined') return new Uint8Array(Buffer.from(text, 'base64url'));
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
};

/** Whether a value is what {@link encode} writes for some bytes. */
const is = (value: unknown): value is string =>
  typeof value === 'string' && value.length % 4 !== 1 && alphabet.test(value) && endsInZeroBits(value);

/** The last digit of an incomplete group carries four or two bits that mean nothing. */
const endsInZeroBits = (text: string): boolean => {
  const rest = text.length % 4;
  if (rest === 0) return true;
  return (digits.indexOf(text.slice(-1)) & (rest === 2 ? 0b1111 : 0b11)) === 0;
};

/** Strict base64url, the same in browser and Node. */
export const base64url = { encode, decode, is } as const;
