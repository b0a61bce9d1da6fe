import { CloisterError, type KmsHost } from '@cloister/wire';
import { receiptKind } from './parse-receipt.ts';
import type { ReceiptClaims } from './receipt-claims.ts';
import type { ReceiptKey } from './receipt-key.ts';
import { verifyStatement } from './signed-statement.ts';

/** Whose receipts are accepted: a realm as it is registered. */
export interface ReceiptIssuer {
  readonly kmsHost: KmsHost;
  readonly kid: string;
  readonly key: ReceiptKey;
}

/**
 * The claims of a receipt that this issuer signed, of the right key id and for its own name.
 * Whether they answer the change that was asked for is the caller's decision.
 * @throws CloisterError `wire/invalid-receipt`, the same for every fault
 */
export const verifyReceipt = async (jws: unknown, issuer: ReceiptIssuer): Promise<ReceiptClaims> => {
  const claims = await verifyStatement(receiptKind, jws, issuer);
  if (claims.iss !== issuer.kmsHost) throw new CloisterError('wire/invalid-receipt');
  return claims;
};
