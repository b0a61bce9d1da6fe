import { CloisterError, type KmsHost } from '@cloister/wire';
import { primitives } from '#primitives';
import { parseReceipt } from './parse-receipt.ts';
import type { ReceiptClaims } from './receipt-claims.ts';
import type { ReceiptKey } from './receipt-key.ts';

/** Whose receipts are accepted: a realm as it is registered. */
export interface ReceiptIssuer {
  readonly kmsHost: KmsHost;
  readonly kid: string;
  readonly key: ReceiptKey;
}

const utf8 = new TextEncoder();

/**
 * The claims of a receipt that this issuer signed, of the right key id and for its own name.
 * Whether they answer the change that was asked for is the caller's decision.
 * @throws CloisterError `wire/invalid-receipt`, the same for every fault
 */
export const verifyReceipt = async (jws: unknown, issuer: ReceiptIssuer): Promise<ReceiptClaims> => {
  const { kid, claims, signingInput, signature } = parseReceipt(jws);
  const signed = await primitives.verify(issuer.key, signature, utf8.encode(signingInput));
  if (!signed || kid !== issuer.kid || claims.iss !== issuer.kmsHost) throw new CloisterError('wire/invalid-receipt');
  return claims;
};
