import { base64url, CloisterError, isCompactJws, readJson } from '@cloister/wire';
import * as z from 'zod/mini';
import { type ReceiptClaims, receiptClaims } from './receipt-claims.ts';

/** The `typ` of a receipt (RFC 7515 §4.1.9): no other signed statement can pass for one. */
export const receiptType = 'cloister-receipt+jws';

/** The receipt of a room of a thousand is some 150 KiB. */
export const maxReceiptLength = 1024 * 1024;

/** Exactly these members: `crit`, `b64`, `jwk` and the like have no meaning here and are refused. */
const receiptHeader = z.strictObject({
  alg: z.literal('EdDSA'),
  kid: z.string().check(z.minLength(1), z.maxLength(256)),
  typ: z.literal(receiptType),
});

/** A receipt taken apart. Nothing in it is to be believed before {@link verifyReceipt}. */
export interface ParsedReceipt {
  readonly kid: string;
  readonly claims: ReceiptClaims;
  readonly signingInput: string;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/**
 * The parts of a receipt, unverified.
 * @throws CloisterError `wire/invalid-receipt`
 */
export const parseReceipt = (input: unknown): ParsedReceipt => {
  if (!isCompactJws(input) || input.length > maxReceiptLength) throw new CloisterError('wire/invalid-receipt');
  const dot = input.lastIndexOf('.');
  const [header = '', payload = ''] = input.split('.');
  try {
    const { kid } = z.parse(receiptHeader, readJson(base64url.decode(header), 1024));
    const claims = z.parse(receiptClaims, readJson(base64url.decode(payload), maxReceiptLength));
    return { kid, claims, signingInput: input.slice(0, dot), signature: base64url.decode(input.slice(dot + 1)) };
  } catch {
    throw new CloisterError('wire/invalid-receipt');
  }
};
