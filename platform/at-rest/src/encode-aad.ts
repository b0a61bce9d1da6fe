/** What a sealed row is bound to: text is taken as UTF-8. */
export type AadPart = string | Uint8Array;

/**
 * Canonical bytes of a list: each part as u32be length and bytes, so that no two lists share an encoding
 * (`['ab', 'c']` and `['a', 'bc']` differ). A text and its UTF-8 bytes count as the same part.
 */
export function encodeAad(parts: readonly AadPart[]): Buffer {
  const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part));
  const out = Buffer.alloc(bytes.reduce((total, part) => total + 4 + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    at = out.writeUInt32BE(part.length, at);
    out.set(part, at);
    at += part.length;
  }
  return out;
}
