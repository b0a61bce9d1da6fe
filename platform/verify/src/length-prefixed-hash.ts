import { createHash } from 'node:crypto';

/** SHA-256 over parts that each follow their length (u32be), lower-case hex: two lists never share one string. */
export function lengthPrefixedHash(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = Buffer.from(part);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  }
  return hash.digest('hex');
}
