import { base64url, CloisterError, type CompactJws } from '@cloister/wire';
import * as z from 'zod/mini';
import { primitives } from '#primitives';
import { receiptType } from './parse-receipt.ts';
import { type ReceiptClaims, receiptClaims } from './receipt-claims.ts';
import type { ReceiptKey } from './receipt-key.ts';

/** The realm's receipt key: its private half and the id under which the core knows the public one. */
export interface ReceiptSigner {
  readonly kid: string;
  readonly key: ReceiptKey;
}

const utf8 = new TextEncoder();
const part = (value: unknown): string => base64url.encode(utf8.encode(JSON.stringify(value)));

/**
 * A receipt: a compact JWS under Ed25519 (RFC 8037 §3.1).
 * Claims of the wrong shape are refused, so that nothing is signed that nobody could verify.
 * @throws CloisterError `wire/invalid-receipt`, `seal/invalid-key`
 */
export const signReceipt = async (claims: ReceiptClaims, { kid, key }: ReceiptSigner): Promise<CompactJws> => {
  if (!z.safeParse(receiptClaims, claims).success) throw new CloisterError('wire/invalid-receipt');
  const input = `${part({ alg: 'EdDSA', kid, typ: receiptType })}.${part(claims)}`;
  const signature = await primitives.sign(key, utf8.encode(input));
  return `${input}.${base64url.encode(signature)}` as CompactJws;
};
