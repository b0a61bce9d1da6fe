/** An OID in hex as dotted numbers (X.690 §8.19). */
export function oidText(oid: string): string {
  const parts: bigint[] = [];
  let value = 0n;
  for (const [pair] of oid.matchAll(/../g)) {
    const byte = Number.parseInt(pair, 16);
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    parts.push(value);
    value = 0n;
  }
  const [joint = 0n, ...rest] = parts;
  // The first two numbers share one: 40 times the first, which is 0, 1 or 2, plus the second.
  const first = joint < 80n ? joint / 40n : 2n;
  return [first, joint - first * 40n, ...rest].join('.');
}
