import { createCipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { type TokenList, tokenBytes, tokenCount } from '@cloister/wire';

/** Bytes of a token as the store has it. */
export const mappedBytes = 8;

const block = 16;
const tagBytes = block - tokenBytes;

/** Tokens of one index. */
export interface TokensOfIndex {
  readonly tag: Uint8Array;
  readonly tokens: TokenList;
}

/**
 * Where a token lies in the store: the first 8 bytes of AES-256(key, token ‖ tag of the index) (wires.md §14), so that neither order nor
 * equality tells a thief of the database anything. What is enciphered is always one whole block, so the bare cipher (ECB) is what is
 * meant: that equal blocks become equal is what the store looks for, and no two indexes share one. A query maps thousands in one pass.
 */
export class TokenMap {
  readonly #key: KeyObject;
  readonly #tags: KeyObject;

  /** Two keys of 32 bytes, for nothing else. */
  constructor(key: Uint8Array, tags: Uint8Array) {
    this.#key = createSecretKey(key);
    this.#tags = createSecretKey(tags);
  }

  /** Stands for an index beside each of its tokens. @param name of `encodeIndexName` */
  tagOf(name: Uint8Array): Buffer {
    return createHmac('sha256', this.#tags).update(name).digest().subarray(0, tagBytes);
  }

  /** The same number of tokens in the same order, 8 bytes each. */
  map(lists: readonly TokensOfIndex[]): Buffer {
    const count = lists.reduce((sum, { tokens }) => sum + tokenCount(tokens), 0);
    const blocks = Buffer.allocUnsafe(count * block);
    let to = 0;
    for (const { tag, tokens } of lists) {
      for (let at = 0; at < tokens.length; ) {
        for (let byte = 0; byte < tokenBytes; byte += 1) blocks[to++] = tokens[at++] as number;
        for (let byte = 0; byte < tagBytes; byte += 1) blocks[to++] = tag[byte] as number;
      }
    }
    const cipher = createCipheriv('aes-256-ecb', this.#key, null).setAutoPadding(false);
    const enciphered = cipher.update(blocks);
    const mapped = Buffer.allocUnsafe(count * mappedBytes);
    for (let at = 0; at < mapped.length; at += 1) {
      mapped[at] = enciphered[2 * at - (at % mappedBytes)] as number;
    }
    return mapped;
  }
}
