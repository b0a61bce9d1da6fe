import { type ReceiptClaims, receiptClaims } from './receipt-claims.ts';
import { type ParsedStatement, parseStatement, type StatementKind } from './signed-statement.ts';

/** The `typ` of a receipt. */
export const receiptType = 'cloister-receipt+jws';

/** The receipt of a room of a thousand is some 150 KiB. */
export const maxReceiptLength = 1024 * 1024;

export const receiptKind: StatementKind<ReceiptClaims> = {
  typ: receiptType,
  claims: receiptClaims,
  maxLength: maxReceiptLength,
  fault: 'wire/invalid-receipt',
};

export type ParsedReceipt = ParsedStatement<ReceiptClaims>;

/**
 * The parts of a receipt, unverified.
 * @throws CloisterError `wire/invalid-receipt`
 */
export const parseReceipt = (input: unknown): ParsedReceipt => parseStatement(receiptKind, input);
