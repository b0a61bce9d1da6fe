import type { CompactJws } from '@cloister/wire';
import { receiptKind } from './parse-receipt.ts';
import type { ReceiptClaims } from './receipt-claims.ts';
import type { ReceiptKey } from './receipt-key.ts';
import { signStatement } from './signed-statement.ts';

/** The realm's receipt key: its private half and the id under which the core knows the public one. */
export interface ReceiptSigner {
  readonly kid: string;
  readonly key: ReceiptKey;
}

/**
 * A receipt: a compact JWS under Ed25519 (RFC 8037 §3.1).
 * @throws CloisterError `wire/invalid-receipt`, `seal/invalid-key`
 */
export const signReceipt = (claims: ReceiptClaims, signer: ReceiptSigner): Promise<CompactJws> =>
  signStatement(receiptKind, claims, signer);
