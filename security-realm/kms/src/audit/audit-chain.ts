import { hash } from 'node:crypto';

/** Where the chain stands. */
export type AuditHead = { readonly seq: number; readonly hash: Buffer };

export const emptyChain: AuditHead = { seq: 0, hash: Buffer.alloc(32) };

const prefix = Buffer.from('cloister/audit/v1');

/** `hash = SHA-256("cloister/audit/v1" | previous hash | u64be seq | entry)`: order and content of all before it. */
export const chained = (previous: AuditHead, entry: string): AuditHead => {
  const seq = previous.seq + 1;
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(seq));
  const bytes = Buffer.concat([prefix, previous.hash, number, Buffer.from(entry)]);
  return { seq, hash: hash('sha256', bytes, 'buffer') };
};

/** The sequence number of the first row that does not belong, or null for an intact chain. */
export const firstBroken = (
  rows: readonly { seq: number; hash: Buffer; entry: string }[],
  start: AuditHead = emptyChain,
): number | null => {
  let head = start;
  for (const row of rows) {
    head = chained(head, row.entry);
    if (row.seq !== head.seq || !row.hash.equals(head.hash)) return head.seq;
  }
  return null;
};
