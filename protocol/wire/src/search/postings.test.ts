import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CloisterError } from '../errors/cloister-error.ts';
import { newId, type RoomId } from '../ids.ts';
import { codeOf, runs } from '../testing/fuzz.ts';
import { room } from '../testing/samples.ts';
import { maxPostingsBytes, tokenBytes } from './limits.ts';
import { formatPostings, parsePostings, postingsBytes, type RoomPostings } from './postings.ts';

const roomIds = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((random) => newId<RoomId>(() => random));
const tokens = fc
  .integer({ min: 1, max: 8 })
  .chain((count) => fc.uint8Array({ minLength: count * tokenBytes, maxLength: count * tokenBytes }));
const part = fc
  .record({
    roomId: roomIds,
    generation: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    from: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 47 })),
    steps: fc.array(fc.tuple(fc.integer({ min: 1, max: 2 ** 20 }), tokens), { maxLength: 5 }),
    beyond: fc.integer({ min: 1, max: 100 }),
  })
  .map(({ steps, beyond, ...rest }): RoomPostings => {
    let position = rest.from;
    const documents = steps.map(([step, list]) => {
      position += step;
      return { position, tokens: list };
    });
    return { ...rest, to: position + beyond, documents };
  });
const bodies = fc.uniqueArray(part, { minLength: 1, maxLength: 4, selector: ({ roomId }) => roomId });

const list = (count: number) => new Uint8Array(count * tokenBytes).fill(7);
const one: RoomPostings = {
  roomId: room,
  generation: 1,
  from: 2,
  to: 5,
  documents: [
    { position: 3, tokens: list(4) },
    { position: 5, tokens: list(8) },
  ],
};

/** A value that reads and writes the same, or a `wire/…` error. */
const readsOrRefuses = (bytes: Uint8Array): void => {
  const before = bytes.slice();
  try {
    expect(formatPostings(parsePostings(bytes))).toEqual(before);
  } catch (error) {
    expect(error).toBeInstanceOf(CloisterError);
    expect((error as CloisterError).code).toMatch(/^wire\//);
  }
  expect(bytes).toEqual(before);
};

describe('postings (wires.md §14)', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(bodies, (rooms) => {
        expect(parsePostings(formatPostings(rooms))).toEqual(rooms);
      }),
      runs,
    );
  });

  it('are as large as is said before, so that a sender can fill a body', () => {
    fc.assert(
      fc.property(bodies, (rooms) => {
        expect(formatPostings(rooms).length).toBe(rooms.reduce((sum, some) => sum + postingsBytes(some), 5));
      }),
      runs,
    );
  });

  it('are read in place: a token is 10 bytes of the body (R392)', () => {
    const body = formatPostings([one]);
    const [read] = parsePostings(body);
    expect(read?.documents.map((document) => document.tokens.buffer)).toEqual([body.buffer, body.buffer]);
    expect(Buffer.from(body.subarray(0, 41)).toString('hex')).toBe(
      `01${'00000001'}${room.replaceAll('-', '')}${'00000001'}${'000000000002'}${'000000000005'}${'00000002'}`,
    );
  });

  it('are refused cut off anywhere, and with anything after their end', () => {
    const body = formatPostings([one]);
    for (let length = 0; length < body.length; length += 1) {
      expect(codeOf(() => parsePostings(body.subarray(0, length)))).toBe('wire/invalid-message');
    }
    expect(codeOf(() => parsePostings(Uint8Array.of(...body, 0)))).toBe('wire/invalid-message');
  });

  it('with any bit turned are refused or say exactly what stands there', () => {
    const body = formatPostings([one, { ...one, generation: 2 }]);
    for (let bit = 0; bit < body.length * 8; bit += 1) {
      const turned = body.slice();
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      readsOrRefuses(turned);
    }
  });

  it('give a value or a wire error for any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), readsOrRefuses), runs);
  });

  it('reserve nothing for what a count says and the body does not hold', () => {
    const head = Buffer.from(formatPostings([one])).subarray(0, 41);
    for (const at of [1, 37]) {
      const greedy = Buffer.from(head);
      greedy.writeUInt32BE(0xffff_ffff, at);
      expect(codeOf(() => parsePostings(greedy))).toBe('wire/invalid-message');
    }
  });

  it.each<[string, readonly RoomPostings[]]>([
    ['no room', []],
    ['an index twice', [one, one]],
    ['generation 0', [{ ...one, generation: 0 }]],
    ['nothing between from and to', [{ ...one, from: 5, documents: [] }]],
    ['an entry at from', [{ ...one, from: 3 }]],
    ['an entry past to', [{ ...one, to: 4 }]],
    ['entries out of order', [{ ...one, documents: one.documents.toReversed() }]],
    ['an entry twice', [{ ...one, documents: [...one.documents, ...one.documents.slice(1)] }]],
    ['an entry without a token', [{ ...one, documents: [{ position: 3, tokens: list(0) }] }]],
    ['half a token', [{ ...one, documents: [{ position: 3, tokens: new Uint8Array(15) }] }]],
    ['a place that is no number of a log', [{ ...one, to: 2 ** 48 }]],
  ])('are not written with %s', (_, rooms) => {
    expect(codeOf(() => formatPostings(rooms))).toBe('wire/invalid-message');
  });

  it('may be two generations of a room at once, and a stretch in which nothing is found', () => {
    const rooms = [one, { ...one, generation: 2, documents: [] }];
    expect(parsePostings(formatPostings(rooms))).toEqual(rooms);
  });

  it('are at most 4 MiB', () => {
    expect(codeOf(() => parsePostings(new Uint8Array(maxPostingsBytes + 1)))).toBe('wire/too-large');
    const large = { ...one, documents: [{ position: 3, tokens: list(maxPostingsBytes / tokenBytes) }] };
    expect(codeOf(() => formatPostings([large]))).toBe('wire/too-large');
  });
});
