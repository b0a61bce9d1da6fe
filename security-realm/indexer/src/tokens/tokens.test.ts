import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/seeded-random.ts';
import { RandomSource } from './random-source.ts';
import { searchKey } from './search-key.ts';
import { TokenWriter } from './token-writer.ts';
import { writeToken } from './write-token.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const counting = Uint8Array.from({ length: 32 }, (_, index) => index);
const ones = new Uint8Array(32).fill(0xff);
const u32 = fc.integer({ min: 1, max: 2 ** 32 - 1 });

const tokenOf = (key: Uint8Array, generation: number, epoch: number, bucket: number, term: string): string => {
  const out = Buffer.alloc(30, 0xee);
  writeToken(out, 10, searchKey(epoch, key), generation, bucket, term);
  expect(out.subarray(0, 10).equals(Buffer.alloc(10, 0xee)) && out.subarray(20).equals(Buffer.alloc(10, 0xee))).toBe(
    true,
  );
  return out.toString('hex', 10, 20);
};

describe('a token', () => {
  // From Python's hmac and hashlib, and the first from OpenSSL too:
  // printf 'cloister/search/token/v1\0\0\0\1\0\0\0\1\0\0\0\0w:budget' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0001…1f
  it.each([
    [counting, 1, 1, 0, 'w:budget', '9a39b44a0aacc494d657'],
    [counting, 1, 1, 1, 'w:budget', '365bd6d0494c8772886b'],
    [counting, 1, 2, 0, 'w:budget', '0399b2693930b7434248'],
    [counting, 2, 1, 0, 'w:budget', '2b8320817473b64e0ee1'],
    [ones, 1, 1, 0, 'w:budget', 'f0b0ef014f8d9ac2cb3f'],
    [counting, 1, 1, 0, 'c:会議', '75fd72a62e8bca6c65a1'],
    [counting, 3, 17, 70_000, 'c:검색', '25239bf011830a9046ac'],
    [counting, 1, 1, 0, `w:${'ü'.repeat(3000)}`, '023f62edbfc7c868b67e'],
  ])(
    'is the first ten bytes of the HMAC, as others compute it (R392) %#',
    (key, generation, epoch, bucket, term, token) => {
      expect(tokenOf(key, generation, epoch, bucket, term)).toBe(token);
    },
  );

  it('is that of wires §14 for any term and place (R392)', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        u32,
        u32,
        u32,
        fc.string({ unit: 'binary', maxLength: 3000 }),
        (key, generation, epoch, bucket, term) => {
          const numbers = Buffer.alloc(12);
          [generation, epoch, bucket].forEach((number, index) => {
            numbers.writeUInt32BE(number, 4 * index);
          });
          const hmac = createHmac('sha256', key)
            .update('cloister/search/token/v1')
            .update(numbers)
            .update(term, 'utf8');
          expect(tokenOf(key, generation, epoch, bucket, term)).toBe(hmac.digest().toString('hex', 0, 10));
        },
      ),
      { numRuns },
    );
  });

  it('is shared by no two rooms, epochs, generations, buckets or terms (R392)', () => {
    const rooms = [randomBytes(32), randomBytes(32)];
    const few = fc.integer({ min: 1, max: 3 });
    const place = fc.tuple(fc.constantFrom(0, 1), few, few, few, fc.string({ maxLength: 2 }));
    fc.assert(
      fc.property(fc.uniqueArray(place, { selector: String, minLength: 2 }), (places) => {
        const tokens = places.map(([room, generation, epoch, bucket, term]) =>
          tokenOf(rooms[room] ?? ones, generation, epoch, bucket, term),
        );
        expect(new Set(tokens).size).toBe(places.length);
      }),
      { numRuns },
    );
  });
});

describe('a search key', () => {
  it('gives another key for what is stored, by HKDF', () => {
    // Python: HMAC(HMAC(32 zeros, key), b"cloister/search/state/v1\1")
    expect(searchKey(1, counting).state.export().toString('hex')).toBe(
      '21a46aa15f0a9947c1099ed0177c2978d30b11b25a5708bbf6e52c4bd167bc52',
    );
  });

  it('of another length, or without an epoch, is refused', () => {
    for (const length of [0, 16, 31, 33]) {
      expect(() => searchKey(1, new Uint8Array(length))).toThrow(expect.objectContaining({ code: 'seal/invalid-key' }));
    }
    for (const epoch of [0, -1, 1.5, 2 ** 32, Number.NaN]) {
      expect(() => searchKey(epoch, counting)).toThrow(expect.objectContaining({ code: 'seal/invalid-key' }));
    }
  });
});

describe('a list of tokens', () => {
  const key = searchKey(1, counting);
  const listOf = (terms: readonly string[], count: number, random = randomBytes as (length: number) => Uint8Array) => {
    const writer = new TokenWriter(new RandomSource(random));
    for (const term of terms) writer.add(key, 1, 0, term);
    const list = writer.take(count);
    return Array.from({ length: list.length / 10 }, (_, at) => list.toString('hex', 10 * at, 10 * at + 10));
  };

  it('has the tokens of its terms, each once, and random ones up to the number asked for', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.nat(1500), (terms, count) => {
        const list = listOf(terms, count);
        expect(list).toHaveLength(Math.max(terms.length, count));
        expect(new Set(list).size).toBe(list.length);
        expect(list).toEqual(expect.arrayContaining(terms.map((term) => tokenOf(counting, 1, 1, 0, term))));
      }),
      { numRuns },
    );
  });

  it('stands in an order that only chance decides: each place is as likely for each token', () => {
    const source = new RandomSource(seededRandom('places'));
    const writer = new TokenWriter(source);
    const first = tokenOf(counting, 1, 1, 0, 'a');
    const places = new Array<number>(8).fill(0);
    for (let run = 0; run < 8000; run++) {
      for (const term of ['a', 'b', 'c']) writer.add(key, 1, 0, term);
      const place = writer.take(8).toString('hex').indexOf(first) / 20;
      places[place] = (places[place] ?? 0) + 1;
    }
    // 1000 each are expected, with a standard deviation of 30.
    for (const count of places) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});
