import { randomBytes } from 'node:crypto';
import type { Database } from '@cloister/database';
import { maxPostingsBytes, newId, type OrganisationId, parsePostings, type RoomId } from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Counters } from '../counters/counters.ts';
import { roomSlot, SlotWriter } from '../queries/slot-tokens.ts';
import { hexOf, ModelCore } from '../testing/model-core.ts';
import { openTestDatabase } from '../testing/open-test-database.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { RandomSource } from '../tokens/random-source.ts';
import { type SearchKey, searchKey } from '../tokens/search-key.ts';
import { TokenWriter } from '../tokens/token-writer.ts';
import { makeBatch, type RoomDocuments } from './make-batch.ts';
import { paddedCount } from './padded-count.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const organisationId = newId<OrganisationId>();
const random = new RandomSource(randomBytes);
const keysOf = (count: number): SearchKey[] =>
  Array.from({ length: count }, (_, at) => searchKey(at + 1, randomBytes(32)));

let database: Database;
let drop: () => Promise<void>;
let counters: Counters;
beforeAll(async () => {
  ({ database, drop } = await openTestDatabase());
});
afterAll(() => drop());
beforeEach(() => {
  counters = new Counters({ database, organisationId });
});

const make = (parts: readonly RoomDocuments[], { bucket = 8, noise = 0 } = {}) =>
  makeBatch({ counters, random }, { bucket, noise }, parts);

/** Positions at which `core` finds a term by what the counters say. */
const find = async (core: ModelCore, roomId: RoomId, generation: number, keys: readonly SearchKey[], term: string) => {
  const position = core.position(roomId, generation);
  const tokens = await counters.use([{ roomId, generation, keys, position }], async ([index]) => {
    if (index === null || index === undefined) throw new Error('the index was lost');
    return new SlotWriter(new TokenWriter(random)).tokens(index.name, roomSlot(index, [term]));
  });
  expect(Math.log2(tokens.length / 10) % 1).toBe(0);
  return core.find(roomId, generation, tokens);
};

const searched = (roomId: RoomId, keys: readonly SearchKey[], terms: readonly string[], generation = 1) =>
  counters.use([{ roomId, generation, keys, position: 0 }], async (opened) =>
    counters.searched(opened.filter((index) => index !== null).map((index) => [index, terms])),
  );

type Step =
  | {
      readonly do: 'index';
      readonly documents: readonly (readonly string[])[];
      readonly fate: 'arrives' | 'lost' | 'late';
    }
  | { readonly do: 'search'; readonly term: string }
  | { readonly do: 'restart' | 'wipe' | 'rotate' | 'evict' | 'back up' | 'restore' }
  | { readonly do: 'bucket'; readonly size: number };

const term = fc.constantFrom('w:a', 'w:b', 'w:c', 'c:会議', 'from:x');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('index' as const),
      documents: fc.array(fc.uniqueArray(term), { maxLength: 6 }),
      fate: fc.constantFrom('arrives' as const, 'arrives' as const, 'lost' as const, 'late' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('search' as const), term }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'restart' as const,
        'wipe' as const,
        'rotate' as const,
        'evict' as const,
        'back up' as const,
        'restore' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bucket' as const), size: fc.integer({ min: 1, max: 9 }) }) },
);

describe('batches of postings', () => {
  it('are found again, every posting of every term, whatever happens in between', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const roomId = newId<RoomId>();
        const keys = keysOf(1);
        const core = new ModelCore();
        let backup = core.copy();
        const log: (readonly string[])[] = [];
        const late: (readonly Uint8Array[])[] = [];
        let bucket = 8;
        let generation = 1;
        let isRestored = false;
        for (const each of steps) {
          if (each.do === 'index') {
            let from = core.position(roomId, generation);
            // What did not arrive is said again, with what came meanwhile.
            if (log.length < from + each.documents.length) log.push(...each.documents);
            const attempt = () => {
              const documents = log.slice(from).map((terms, at) => ({ position: from + at + 1, terms }));
              return make([{ roomId, generation, keys, from, to: log.length, documents }], { bucket });
            };
            let batch = await attempt();
            if (batch.renew.length > 0) {
              // Only a core that was put back to an older copy.
              expect([batch.regressed, isRestored]).toEqual([1, true]);
              generation += 1;
              from = core.position(roomId, generation);
              batch = await attempt();
            }
            expect(batch.renew).toEqual([]);
            if (each.fate === 'late') late.push(batch.bodies);
            // Late ones come after newer ones, which stood where they would have stood: the core takes one of the two.
            if (each.fate === 'arrives') {
              if (from % 2 === 0) for (const body of late.splice(0).flat()) core.append(body);
              for (const body of batch.bodies) core.append(body);
            }
          } else if (each.do === 'search') await searched(roomId, keys, [each.term], generation);
          else if (each.do === 'restart') counters = new Counters({ database, organisationId });
          else if (each.do === 'evict') counters = new Counters({ database, organisationId, maxEntries: 0 });
          else if (each.do === 'wipe') counters.wipe();
          else if (each.do === 'rotate') keys.push(searchKey(keys.length + 1, randomBytes(32)));
          else if (each.do === 'back up') backup = core.copy();
          else if (each.do === 'bucket') bucket = each.size;
          else {
            core.restore(backup);
            isRestored = true;
          }
        }
        const held = log.slice(0, core.position(roomId, generation));
        for (const each of ['w:a', 'w:b', 'w:c', 'c:会議', 'from:x', 'w:never']) {
          const expected = held.flatMap((terms, at) => (terms.includes(each) ? [at + 1] : []));
          expect(await find(core, roomId, generation, keys, each)).toEqual(expected);
        }
      }),
      { numRuns: Math.ceil(numRuns / 2) },
    );
  }, 120_000);

  it('show no more than a bucket of equal tokens, and none again once the term was searched', async () => {
    const roomId = newId<RoomId>();
    const keys = keysOf(1);
    const core = new ModelCore();
    const index = async (count: number) => {
      const from = core.position(roomId, 1);
      const documents = Array.from({ length: count }, (_, at) => ({ position: from + at + 1, terms: ['w:budget'] }));
      const { bodies } = await make([{ roomId, generation: 1, keys, from, to: from + count, documents }]);
      for (const body of bodies) core.append(body);
    };
    const shared = () => {
      const count = new Map<string, number>();
      for (const tokens of core.documents(roomId, 1).values()) {
        for (const token of tokens) count.set(token, (count.get(token) ?? 0) + 1);
      }
      return [...count.values()].filter((times) => times > 1).toSorted((a, b) => a - b);
    };
    await index(20);
    expect(shared()).toEqual([4, 8, 8]);
    await searched(roomId, keys, ['w:budget', 'w:other']);
    // The four of the bucket that was searched stay four.
    await index(10);
    expect(shared()).toEqual([2, 4, 8, 8, 8]);
    expect(await find(core, roomId, 1, keys, 'w:budget')).toHaveLength(30);
    expect(await searched(roomId, keys, ['w:budget', 'w:other'])).toBe(1);
    expect(await searched(roomId, keys, ['w:budget', 'w:other'])).toBe(0);
  });

  it('that are made a second time share no token with the first, so that the two do not tell which mean something', async () => {
    const roomId = newId<RoomId>();
    const keys = keysOf(1);
    const part = {
      roomId,
      generation: 1,
      keys,
      from: 0,
      to: 3,
      documents: [1, 2, 3].map((position) => ({ position, terms: ['w:a', 'w:b', `w:${position}`] })),
    };
    const tokensOf = ({ bodies }: { readonly bodies: readonly Uint8Array[] }) =>
      new Set(
        bodies.flatMap(parsePostings).flatMap(({ documents }) => documents.flatMap(({ tokens }) => hexOf(tokens))),
      );
    const first = tokensOf(await make([part]));
    const second = tokensOf(await make([part]));
    counters = new Counters({ database, organisationId });
    const third = tokensOf(await make([part]));
    // Two words in one bucket, three alone, and four random ones.
    expect([first.size, second.size, third.size]).toEqual([8, 8, 8]);
    expect(new Set([...first, ...second, ...third]).size).toBe(24);
  });

  it('have 4, 8, 16, 32, … tokens a document, and with noise so many more (R393)', async () => {
    const counts = [0, 1, 4, 5, 8, 9, 33, 64, 65, 128, 129, 1000];
    expect(counts.map(paddedCount)).toEqual([4, 4, 4, 8, 8, 16, 64, 64, 128, 128, 192, 1024]);
    for (const noise of [0, 2]) {
      const documents = counts.map((count, at) => ({
        position: at + 1,
        terms: Array.from({ length: count }, (_, term) => `w:${term}`),
      }));
      const keys = keysOf(1);
      const part = { roomId: newId<RoomId>(), generation: 1, keys, from: 0, to: documents.length, documents };
      const { bodies, postings } = await make([part], { noise });
      const made = bodies
        .flatMap(parsePostings)
        .flatMap((room) => room.documents.map(({ tokens }) => tokens.length / 10));
      expect(made).toEqual(counts.map((count) => paddedCount(count) + noise));
      expect(postings).toBe(made.reduce((sum, count) => sum + count, 0));
    }
  });

  it('do not tell in which order a document says its terms, nor by how often it says one', async () => {
    const keys = keysOf(1);
    const tokens = async (terms: readonly string[]) => {
      const part = {
        roomId: newId<RoomId>(),
        generation: 1,
        keys,
        from: 0,
        to: 1,
        documents: [{ position: 1, terms }],
      };
      const { bodies } = await makeBatch(
        { counters, random: new RandomSource(seededRandom('order')) },
        { bucket: 8, noise: 0 },
        [part],
      );
      return bodies.flatMap(parsePostings).flatMap(({ documents }) => documents.flatMap((each) => hexOf(each.tokens)));
    };
    const [forth, back] = [await tokens(['a', 'b', 'c', 'd', 'e']), await tokens(['e', 'd', 'c', 'b', 'a', 'a', 'b'])];
    expect(new Set(forth)).toEqual(new Set(back));
  });

  it('hold many rooms in bodies of at most 4 MiB, and a large room in several', async () => {
    const keys = keysOf(1);
    const documents = (count: number, terms: number) =>
      Array.from({ length: count }, (_, at) => ({
        position: 2 * at + 2,
        terms: Array.from({ length: terms }, (_, term) => `w:${at}/${term}`),
      }));
    const parts = [
      { roomId: newId<RoomId>(), generation: 1, keys, from: 0, to: 700, documents: documents(220, 2000) },
      ...Array.from({ length: 300 }, () => ({
        roomId: newId<RoomId>(),
        generation: 1,
        keys,
        from: 0,
        to: 9,
        documents: documents(3, 5),
      })),
    ];
    const { bodies } = await make(parts);
    expect(bodies).toHaveLength(2);
    const core = new ModelCore();
    for (const body of bodies) {
      expect(body.length).toBeLessThanOrEqual(maxPostingsBytes);
      expect(core.append(body).every((accepted) => accepted)).toBe(true);
    }
    for (const { roomId, to, documents } of parts) {
      expect(core.position(roomId, 1)).toBe(to);
      expect([...core.documents(roomId, 1).keys()]).toEqual(documents.map(({ position }) => position));
    }
    expect(parsePostings(bodies[0] as Uint8Array).map(({ roomId }) => roomId)).not.toEqual(
      parts.map(({ roomId }) => roomId).slice(0, parsePostings(bodies[0] as Uint8Array).length),
    );
  }, 60_000);

  it('count the first 65,536 terms of a message with hundreds of files, and say so', async () => {
    const terms = Array.from({ length: 70_000 }, (_, at) => `w:${at}`);
    const keys = keysOf(1);
    const roomId = newId<RoomId>();
    const documents = [{ position: 1, terms }];
    const { bodies, capped } = await make([{ roomId, generation: 1, keys, from: 0, to: 1, documents }]);
    const core = new ModelCore();
    for (const body of bodies) core.append(body);
    expect(capped).toBe(1);
    expect(await find(core, roomId, 1, keys, 'w:65535')).toEqual([1]);
    expect(await find(core, roomId, 1, keys, 'w:65536')).toEqual([]);
  });

  it('leave out a room of which the core holds more than the counters know, and ask for another generation', async () => {
    const keys = keysOf(1);
    const known = { roomId: newId<RoomId>(), generation: 1, keys, from: 0, to: 5, documents: [] };
    const strange = { ...known, roomId: newId<RoomId>(), from: 5, to: 6 };
    const { bodies, renew } = await make([known, strange]);
    expect(renew).toEqual([{ roomId: strange.roomId, generation: 1 }]);
    expect(bodies.flatMap(parsePostings).map(({ roomId }) => roomId)).toEqual([known.roomId]);
  });

  it('tell of a core that has less than it said, and ask for another generation', async () => {
    const keys = keysOf(1);
    const part = { roomId: newId<RoomId>(), generation: 1, keys, documents: [] };
    expect((await make([{ ...part, from: 0, to: 5 }])).regressed).toBe(0);
    expect((await make([{ ...part, from: 5, to: 7 }])).regressed).toBe(0);
    // Sent and not arrived: that is no loss.
    expect(await make([{ ...part, from: 5, to: 8 }])).toMatchObject({ regressed: 0, renew: [] });
    counters = new Counters({ database, organisationId });
    expect(await make([{ ...part, from: 4, to: 8 }])).toMatchObject({
      regressed: 1,
      renew: [{ roomId: part.roomId, generation: 1 }],
      bodies: [],
    });
  });
});
