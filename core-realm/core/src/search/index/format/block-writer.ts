import { blockHead, restartEvery } from './block.ts';
import { writeVarint } from './varint.ts';

/** Longest list of one entry: what has more continues in the next entry of the same token. */
const mostOfEntry = 512;

/**
 * Makes a block of postings that come in order of token and position:
 * `u32 entries | u48 base | u8 width | 8 bytes of each token | offset of every 16th entry's list | lists`.
 * A list is varints: first position (less base) twice, plus one if more follow; then how many more less one, and the distances less one.
 */
export class BlockWriter {
  readonly #base: number;
  readonly #tokens: number[] = [];
  readonly #restarts: number[] = [];
  #data: number[] = [];
  #list: number[] = [];
  /** Bytes of the longest varint. */
  #widest = 1;
  postings = 0;

  /** @param base no position is below it */
  constructor(base: number) {
    this.#base = base;
  }

  /** What `finish` would give, at most. */
  get bytes(): number {
    const width = this.#data.length < 0xf000 ? 2 : 4;
    const list = this.#list.length * this.#widest + 2;
    return blockHead + this.#tokens.length * 4 + this.#restarts.length * width + this.#data.length + list;
  }

  /** The token's two halves. */
  add(high: number, low: number, position: number): void {
    const last = this.#tokens.length;
    const same = this.#list.length > 0 && this.#tokens[last - 2] === high && this.#tokens[last - 1] === low;
    if (!same || this.#list.length === mostOfEntry) {
      this.#endList();
      if ((this.#tokens.length / 2) % restartEvery === 0) this.#restarts.push(this.#data.length);
      this.#tokens.push(high, low);
    }
    this.#list.push(position - this.#base);
    while ((position - this.#base) * 2 + 1 >= 0x80 ** this.#widest) this.#widest += 1;
    this.postings += 1;
  }

  finish(): Buffer {
    this.#endList();
    const width = this.#data.length < 0x10000 ? 2 : 4;
    const head = blockHead + this.#tokens.length * 4;
    const lists = head + this.#restarts.length * width;
    const block = Buffer.alloc(lists + this.#data.length);
    block.writeUInt32BE(this.#tokens.length / 2, 0);
    block.writeUIntBE(this.#base, 4, 6);
    block.writeUInt8(width, 10);
    this.#tokens.forEach((half, index) => {
      block.writeUInt32BE(half, blockHead + 4 * index);
    });
    this.#restarts.forEach((offset, index) => {
      block.writeUIntBE(offset, head + width * index, width);
    });
    block.set(this.#data, lists);
    return block;
  }

  #endList(): void {
    const [first, ...rest] = this.#list;
    if (first === undefined) return;
    writeVarint(this.#data, first * 2 + (rest.length > 0 ? 1 : 0));
    if (rest.length > 0) writeVarint(this.#data, rest.length - 1);
    let before = first;
    for (const position of rest) {
      writeVarint(this.#data, position - before - 1);
      before = position;
    }
    this.#list = [];
  }
}
