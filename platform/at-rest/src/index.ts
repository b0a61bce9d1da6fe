/**
 * Seals and opens database rows: AES-256-GCM bound to a list of strings and bytes, with a key commitment.
 * Never learns what it seals, keeps no key and writes nothing anywhere.
 * @see protocol/byok.md §5
 */
export { type AadPart, encodeAad } from './encode-aad.ts';
export { open } from './open.ts';
export type { RowKey } from './row-key.ts';
export { type SealedRow, seal } from './seal.ts';
