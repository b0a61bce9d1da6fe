import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Block } from './block.ts';
import { BlockWriter } from './block-writer.ts';
import { Directory, encodeDirectory } from './directory.ts';
import { readVarint, writeVarint } from './varint.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const half = fc.oneof(fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff), fc.nat(0xffffffff));
const place = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 3000 }) },
  fc.integer({ min: 1, max: 2 ** 48 - 1 }),
);
const postings = fc
  .array(
    fc.record({ high: fc.oneof(fc.constant(7), half), low: half, positions: fc.uniqueArray(place, { minLength: 1 }) }),
    {
      maxLength: 80,
    },
  )
  .map((tokens) => new Map(tokens.map((one) => [`${one.high} ${one.low}`, one])))
  .map((byToken) => [...byToken.values()].sort((a, b) => a.high - b.high || a.low - b.low));

const write = (tokens: readonly { high: number; low: number; positions: readonly number[] }[], base = 0) => {
  const writer = new BlockWriter(base);
  for (const { high, low, positions } of tokens) {
    for (const position of positions.toSorted((a, b) => a - b)) writer.add(high, low, position);
  }
  return writer;
};

const found = (block: Block, high: number, low: number) => {
  const list: number[] = [];
  block.find(high, low, list);
  return list;
};

describe('a block', () => {
  it('gives each token its positions, and none to others, in place', () => {
    fc.assert(
      fc.property(postings, half, half, (tokens, high, low) => {
        const block = new Block(write(tokens).finish());
        for (const one of tokens)
          expect(found(block, one.high, one.low)).toEqual(one.positions.toSorted((a, b) => a - b));
        if (!tokens.some((one) => one.high === high && one.low === low)) expect(found(block, high, low)).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('is read from its start as it was written', () => {
    fc.assert(
      fc.property(postings, (tokens) => {
        const block = new Block(write(tokens).finish());
        const from = block.start;
        const all = Array.from({ length: block.entries }, (_, entry) => {
          const list: number[] = [];
          block.readList(from, list);
          return [block.highOf(entry), block.lowOf(entry), list];
        });
        expect(all).toEqual(tokens.map(({ high, low, positions }) => [high, low, positions.toSorted((a, b) => a - b)]));
        expect(from.at).toBe(block.bytes.length);
      }),
      { numRuns },
    );
  });

  it('is never larger than it said before', () => {
    fc.assert(
      fc.property(postings, (tokens) => {
        const writer = write(tokens);
        const said = writer.bytes;
        expect(writer.finish().length).toBeLessThanOrEqual(said);
      }),
      { numRuns },
    );
  });

  it('holds a list longer than an entry, and offsets past 64 KiB', () => {
    const long = Array.from({ length: 1500 }, (_, index) => index * 3 + 11);
    const many = Array.from({ length: 3000 }, (_, index) => ({
      high: 9,
      low: index,
      positions: [2 ** 47 + index, 2 ** 48 - 1],
    }));
    const block = new Block(write([{ high: 1, low: 2, positions: long }, ...many], 10).finish());
    expect(found(block, 1, 2)).toEqual(long);
    for (const { high, low, positions } of many) expect(found(block, high, low)).toEqual(positions);
  });

  it('takes 10 bytes or so for a token with one position (R394: what is stored is small)', () => {
    const tokens = Array.from({ length: 160 }, (_, index) => ({ high: index, low: index, positions: [100 + index] }));
    expect(write(tokens).finish().length).toBeLessThanOrEqual(160 * 10.2 + 11);
  });
});

it('a varint is read as it was written', () => {
  fc.assert(
    fc.property(fc.array(fc.maxSafeNat()), (values) => {
      const bytes: number[] = [];
      for (const value of values) writeVarint(bytes, value);
      const from = { at: 0 };
      expect(values.map(() => readVarint(Uint8Array.from(bytes), from))).toEqual(values);
      expect(from.at).toBe(bytes.length);
    }),
    { numRuns },
  );
});

it('a directory names every page that can hold a token', () => {
  const first = fc.nat(20);
  fc.assert(
    fc.property(fc.array(first, { minLength: 1 }), first, (firsts, low) => {
      const sorted = firsts.toSorted((a, b) => a - b);
      const tokens = sorted.map((value) => {
        const token = Buffer.alloc(8);
        token.writeUInt32BE(value, 4);
        return token;
      });
      const [from, to] = new Directory(encodeDirectory(tokens, [])).pagesOf(0, low);
      sorted.forEach((value, page) => {
        const next = sorted[page + 1] ?? Number.POSITIVE_INFINITY;
        // A page holds tokens from its first one to the first of the next, which may go on in both.
        if (value <= low && low <= next) expect(page >= from && page < to).toBe(true);
        if (value > low || next < low) expect(page >= from && page < to).toBe(false);
      });
    }),
    { numRuns },
  );
});

it('a directory tells of each document a time that it did not come after, a minute off where the log is in order', () => {
  const times = fc.array(fc.option(fc.nat(4e12), { nil: undefined }), { maxLength: 100 });
  fc.assert(
    fc.property(times, fc.nat(3), (given, pages) => {
      const tokens = Array.from({ length: pages }, () => Buffer.alloc(8));
      const directory = new Directory(encodeDirectory(tokens, given));
      expect(directory.pages).toBe(pages);
      let newest = 0;
      given.forEach((time, document) => {
        newest = Math.max(newest, time ?? 0);
        expect(directory.latest(document)).toBeGreaterThanOrEqual(newest);
        expect(directory.latest(document) - newest).toBeLessThan(60_000);
      });
      expect(directory.latest(given.length)).toBe(Number.POSITIVE_INFINITY);
    }),
    { numRuns },
  );
});
