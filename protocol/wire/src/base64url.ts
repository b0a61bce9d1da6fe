import { CloisterError } from './errors/cloister-error.ts';

const alphabet = /^[A-Za-z0-9_-]*$/;

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
 * bits, so that every byte string has exactly one spelling (RFC 4648 §3.5).
 * @throws CloisterError `wire/invalid-base64url`
 */
const decode = (text: string): Uint8Array<ArrayBuffer> => {
  if (typeof text !== 'string' || text.length % 4 === 1 || !alphabet.test(text) || !hasZeroTail(text)) {
    throw new CloisterError('wire/invalid-base64url');
  }
  if (typeof Buffer !== 'undefined') return new Uint8Array(Buffer.from(text, 'base64url'));
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
};

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const hasZeroTail = (text: string): boolean => {
  const rest = text.length % 4;
  if (rest === 0) return true;
  const unused = rest === 2 ? 0b1111 : 0b11;
  return (digits.indexOf(text.slice(-1)) & unused) === 0;
};

const isBase64url = (text: string): boolean => text.length % 4 !== 1 && alphabet.test(text) && hasZeroTail(text);

/** Strict base64url, the same in browser and Node. */
export const base64url = { encode, decode, is: isBase64url } as const;
