import { constants, generateKeyPair, type KeyObject, publicEncrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { decodeOaep } from '../decode-oaep.ts';

/**
 * OpenSSL's decoder of RSA-OAEP for a token that can only do the bare RSA: the decrypted block is encrypted raw to a key of
 * this process's own of the same size, which OpenSSL then opens (byok.md §1.4). So there is no decoder of ours, whose timing
 * would tell what was wrong.
 */
export class OaepDecoder {
  readonly #pairs = new Map<number, Promise<{ publicKey: KeyObject; privateKey: KeyObject }>>();

  /** The message in the block that the bare RSA gave, which the caller zeroes; null for every fault. */
  async decode(block: Buffer): Promise<Buffer | null> {
    const { publicKey, privateKey } = await this.#pair(block.length * 8);
    // A first byte of zero makes the block smaller than every modulus of its size; any other is a fault (RFC 8017 §7.1.2),
    // and takes the same way as a block that is wrong elsewhere.
    const wellFormed = block[0] === 0 ? block : Buffer.alloc(block.length);
    const moved = publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, wellFormed);
    return decodeOaep(privateKey, moved);
  }

  #pair(bits: number): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
    const made = this.#pairs.get(bits) ?? promisify(generateKeyPair)('rsa', { modulusLength: bits });
    this.#pairs.set(bits, made);
    return made;
  }
}
