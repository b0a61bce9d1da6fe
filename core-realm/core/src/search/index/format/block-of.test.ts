import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenMap } from '../token-map.ts';
import { Block } from './block.ts';
import { blockOf } from './block-of.ts';

const numRuns = Math.max(5, Math.round(Number(process.env.CLOISTER_RUNS ?? 100) / 5));
const map = new TokenMap(randomBytes(32), randomBytes(32));
const tag = randomBytes(6);
const tokenOf = (word: number) => Buffer.alloc(10, `word ${word}`);

describe('the block of a batch', () => {
  it('holds each token of each document once, however many there are', async () => {
    const document = fc.array(fc.nat(400), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.array(document, { maxLength: 80, size: 'max' }), async (words) => {
        const documents = words.map((list, at) => ({ position: at + 5, tokens: Buffer.concat(list.map(tokenOf)) }));
        const { block, postings } = await blockOf(map, tag, 4, documents);
        const expected = Map.groupBy(
          words.flatMap((list, at) => [...new Set(list)].map((word) => ({ word, position: at + 5 }))),
          ({ word }) => word,
        );
        const opened = new Block(block);
        expect(postings).toBe([...expected.values()].reduce((sum, list) => sum + list.length, 0));
        expect(opened.entries).toBe(expected.size);
        for (const [word, list] of expected) {
          const found: number[] = [];
          const mapped = map.map([{ tag, tokens: tokenOf(word) }]);
          opened.find(mapped.readUInt32BE(0), mapped.readUInt32BE(4), found);
          expect(found).toEqual(list.map(({ position }) => position));
        }
      }),
      { numRuns },
    );
  });

  it('lets others have their turn while a large one is made', async () => {
    let turns = 0;
    const count = () => {
      turns += 1;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    const documents = Array.from({ length: 20 }, (_, at) => ({ position: at + 1, tokens: randomBytes(10 * 4096) }));
    const { postings } = await blockOf(map, tag, 0, documents);
    clearImmediate(immediate);
    expect(postings).toBe(20 * 4096);
    expect(turns).toBeGreaterThan(40);
  });
});
