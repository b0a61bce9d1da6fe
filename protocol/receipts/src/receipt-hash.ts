import { sha256Hex } from './sha256-hex.ts';

/**
 * SHA-256 over the ASCII of a compact receipt, lower-case hex: what the next receipt of the resource names as `previous`.
 * Parts are strict base64url, so a receipt has one spelling and one hash.
 */
export const receiptHash = (jws: string): Promise<string> => sha256Hex(new TextEncoder().encode(jws));
