// Receipts: what a key server attests to the core about one change, signed and in the clear, and the id of such a change.
// It never learns what was sealed: what it names are random ids and hashes over ciphertext.
// Spec: ../../../docs/wires.md#4-realm-link-security-realm--core-one-outbound-websocket-a-process
export type { ListClaims } from './list-claims.ts';
export { type ListAsked, type ListHome, listLeaseMs, signList, verifyList } from './list-statement.ts';
export { maxReceiptLength, type ParsedReceipt, parseReceipt, receiptType } from './parse-receipt.ts';
export type { ReadersClaims } from './readers-claims.ts';
export { readersLeaseMs, signReaders, verifyReaders } from './readers-statement.ts';
export { isApplied, type ReceiptClaims } from './receipt-claims.ts';
export { receiptHash } from './receipt-hash.ts';
export { importReceiptPublicKey, type ReceiptKey, type ReceiptPublicJwk } from './receipt-key.ts';
export { type ReceiptSigner, signReceipt } from './sign-receipt.ts';
export { type ReceiptIssuer, verifyReceipt } from './verify-receipt.ts';
