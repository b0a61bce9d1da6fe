import { hash } from 'node:crypto';
import { type TokenList, tokenBytes } from '@cloister/wire';

/** Bytes of a token as the store has it. */
export const mappedBytes = 8;

const block = 64;
const nameBytes = 36;
const outer = block + 32;

/**
 * Where a token lies in the store: the first 8 bytes of HMAC-SHA-256(key, organisation ‖ room ‖ generation ‖ token) (wires.md §14),
 * so that neither order nor equality tells a thief of the database anything. A query maps thousands: HMAC is written out as its two hashes
 * (RFC 2104 §2), which take less than half the time of an object each.
 */
export class TokenMap {
  readonly #inner = Buffer.alloc(block + nameBytes + tokenBytes, 0x36);
  readonly #outer = Buffer.alloc(outer, 0x5c);

  constructor(key: Uint8Array) {
    for (const [at, byte] of key.entries()) {
      this.#inner[at] = byte ^ 0x36;
      this.#outer[at] = byte ^ 0x5c;
    }
  }

  /**
   * The same number of tokens in the same order, 8 bytes each.
   * @param name of `encodeIndexName`
   */
  map(name: Uint8Array, tokens: TokenList): Buffer {
    const mapped = Buffer.alloc((tokens.length / tokenBytes) * mappedBytes);
    this.#inner.set(name, block);
    for (let at = 0, to = 0; at < tokens.length; at += tokenBytes, to += mappedBytes) {
      this.#inner.set(tokens.subarray(at, at + tokenBytes), block + nameBytes);
      this.#outer.set(hash('sha256', this.#inner, 'buffer'), block);
      mapped.set(hash('sha256', this.#outer, 'buffer').subarray(0, mappedBytes), to);
    }
    return mapped;
  }
}
