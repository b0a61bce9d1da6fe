import type { ReceiptKey } from '../receipt-key.ts';

/** What receipts need of cryptography; done at once in Node, by promise in browsers. */
export interface Primitives {
  sha256(bytes: Uint8Array<ArrayBuffer>): Uint8Array | Promise<Uint8Array>;
  /** Ed25519 (RFC 8032). @throws CloisterError `seal/invalid-key` */
  sign(key: ReceiptKey, bytes: Uint8Array<ArrayBuffer>): Uint8Array | Promise<Uint8Array>;
  /** @throws CloisterError `seal/invalid-key` */
  verify(
    key: ReceiptKey,
    signature: Uint8Array<ArrayBuffer>,
    bytes: Uint8Array<ArrayBuffer>,
  ): boolean | Promise<boolean>;
}
