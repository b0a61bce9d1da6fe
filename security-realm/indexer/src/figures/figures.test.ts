import { randomBytes } from 'node:crypto';
import type { Database } from '@cloister/database';
import type { LogEntry } from '@cloister/sdk';
import {
  CloisterError,
  newId,
  type OrganisationId,
  parseInstanceUri,
  parsePostings,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBatch } from '../batches/make-batch.ts';
import { Counters } from '../counters/counters.ts';
import { hexOf } from '../testing/model-core.ts';
import { openTestDatabase } from '../testing/open-test-database.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { RandomSource } from '../tokens/random-source.ts';
import { searchKey } from '../tokens/search-key.ts';
import { attackByDensity, attackByRank } from './attack-by-frequency.ts';
import { attackByInjection, injectedMessages } from './attack-by-injection.ts';
import { attackByKnownDocuments } from './attack-by-known-documents.ts';
import { attackNames, attackRoom, medianResult } from './attack-room.ts';
import { auxiliaryOf } from './auxiliary.ts';
import { figuresOf } from './figures-of.ts';
import { observe, type RoomTerms, type Scheme } from './observed-index.ts';
import { OwnFigures } from './own-figures.ts';
import { recoveredMass, recoveredTop } from './recovered.ts';
import { sampleRooms } from './sample-rooms.ts';
import { schemeOf } from './scheme-of.ts';
import { SearchedTerms } from './searched-terms.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
/** The same attacks every time. */
const random = new RandomSource(seededRandom('figures'));
const plain: Scheme = { bucket: Number.POSITIVE_INFINITY, noise: 0, padding: false, searchedBuckets: false };
const same = (a: string, b: string) => a === b;

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await openTestDatabase());
});
afterAll(() => drop());

describe('an observed index', () => {
  it('has equal tokens where the index that is really made has them, and as many', async () => {
    const term = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const rooms = fc.array(fc.uniqueArray(term, { minLength: 1 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(rooms, fc.integer({ min: 1, max: 9 }), fc.nat(2), async (room, bucket, noise) => {
        const counters = new Counters({ database, organisationId: newId<OrganisationId>() });
        const documents = room.map((terms, at) => ({ position: at + 1, terms }));
        const part = {
          roomId: newId<RoomId>(),
          generation: 1,
          keys: [searchKey(1, randomBytes(32))],
          from: 0,
          to: room.length,
        };
        const { bodies } = await makeBatch({ counters, random }, { bucket, noise }, [{ ...part, documents }]);
        const real = bodies.flatMap(parsePostings).flatMap((each) => each.documents.map(({ tokens }) => hexOf(tokens)));
        const { index } = observe(room, schemeOf({ bucket, noise }), random);
        expect(index.documents.map(({ length }) => length)).toEqual(real.map(({ length }) => length));
        expect(shared(index.documents)).toEqual(shared(real));
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  });

  it('goes on with another token for what was searched, and tells the tokens of a search', () => {
    const room = Array.from({ length: 4 }, () => ['a', 'b']);
    const searched = { after: 2, terms: ['a', 'never'] };
    const { index, truth } = observe(room, { ...plain, searchedBuckets: true }, random, searched);
    expect(index.searches.map((tokens) => tokens.map((token) => truth[token]))).toEqual([['a'], []]);
    const tokens = (term: string) => truth.filter((each) => each === term).length;
    expect([tokens('a'), tokens('b')]).toEqual([2, 1]);
  });
});

/** Which documents share a token, and how many they share: what does not depend on names or order. */
const shared = (documents: readonly (readonly (number | string)[])[]): string[] => {
  const places = new Map<number | string, number[]>();
  documents.forEach((tokens, at) => {
    for (const token of tokens) places.set(token, [...(places.get(token) ?? []), at]);
  });
  return [...places.values()].map(String).sort();
};

describe('attacks', () => {
  /** Eight words, each in another share of the messages. */
  const words = Array.from({ length: 8 }, (_, at) => `w:${at}`);
  const room: RoomTerms = Array.from({ length: 256 }, (_, at) => [
    'w:all',
    ...words.filter((_, word) => at % (word + 2) === 0),
    `w:once ${at}`,
  ]);
  const auxiliary = auxiliaryOf([room]);

  it('by rank name every frequent term of an index without protection, and none where tokens repeat but four times', () => {
    const open = observe(room, plain, random);
    expect(recoveredTop(open.index, open.truth, attackByRank(open.index, auxiliary), same)).toBeGreaterThan(0.4);
    const hidden = observe(room, schemeOf({ bucket: 4, noise: 0 }), random);
    expect(recoveredTop(hidden.index, hidden.truth, attackByRank(hidden.index, auxiliary), same)).toBeLessThan(0.05);
  });

  it('by density find the word that everybody says, buckets or not', () => {
    const { index, truth } = observe(room, schemeOf({ bucket: 4, noise: 0 }), random);
    const labels = attackByDensity(index, auxiliary, 4);
    const ofAll = truth.flatMap((term, token) => (term === 'w:all' ? [token] : []));
    expect(ofAll).toHaveLength(64);
    expect(ofAll.filter((token) => labels.get(token) === 'w:all').length).toBeGreaterThan(48);
  });

  it('by known messages label what these say in all others, and with a token each posting nothing', () => {
    const known = new Set(room.flatMap((_, at) => (at % 8 < 2 ? [at] : [])));
    const unseen = (at: number) => !known.has(at);
    const recovered = (scheme: Scheme) => {
      const { index, truth } = observe(room, scheme, random);
      return recoveredMass(index, truth, attackByKnownDocuments(index, room, known, auxiliary), same, unseen);
    };
    // One posting in four or five is of a word that is said once.
    expect(recovered(plain)).toBeGreaterThan(0.6);
    expect(recovered(schemeOf({ bucket: 1, noise: 0 }))).toBe(0);
  });

  it('with searches that were watched label more than without', () => {
    const known = new Set(room.flatMap((_, at) => (at % 10 === 0 ? [at] : [])));
    const searched = { after: room.length, terms: ['w:all', ...words] };
    const { index, truth } = observe(room, schemeOf({ bucket: 4, noise: 0 }), random, searched);
    const mass = (seen: typeof index) =>
      recoveredMass(seen, truth, attackByKnownDocuments(seen, room, known, auxiliary), same, (at) => !known.has(at));
    expect(mass(index)).toBeGreaterThan(2 * mass({ ...index, searches: [] }));
  });

  it('by injected messages name every term that they hold, of an index without protection', () => {
    const terms = [...words, 'w:all', 'w:never'];
    const messages = injectedMessages(terms);
    expect(messages).toHaveLength(4);
    expect(new Set(messages.flat())).toEqual(new Set(terms));
    const { index, truth } = observe([...room, ...messages, ...room], plain, random);
    const labels = attackByInjection(index, terms, room.length);
    for (const [token, term] of truth.entries()) {
      if (term !== null && terms.includes(term)) expect(labels.get(token)).toBe(term);
    }
  });

  it('each have a result between nothing and everything, and a median', () => {
    const results = [plain, schemeOf({ bucket: 4, noise: 2 })].map((scheme) =>
      attackRoom(room, scheme, auxiliary, random),
    );
    for (const result of results) {
      for (const name of attackNames) {
        expect(result[name]).toBeGreaterThanOrEqual(0);
        expect(result[name]).toBeLessThanOrEqual(1);
      }
    }
    const [one, two] = results as [(typeof results)[0], (typeof results)[0]];
    expect(medianResult([one, two, two])).toEqual(two);
    expect(medianResult(results)['file injection: later mass']).toBeCloseTo(
      (one['file injection: later mass'] + two['file injection: later mass']) / 2,
    );
  });
});

describe('figures of one’s own index', () => {
  const at = Date.parse('2026-11-22T12:00:00Z');
  const said = (count: number) => Array.from({ length: count }, (_, index) => ['w:a', `w:${index % 9}`]);

  it('count what the core would count, and put each attack beside what it would be without protection', async () => {
    const sample = Array.from({ length: 4 }, () => said(60));
    const figures = await figuresOf(sample, schemeOf({ bucket: 4, noise: 0 }), random, { at, searched: 3 });
    expect(figures).toMatchObject({
      v: 1,
      at: '2026-11-22T12:00:00.000Z',
      postings: 4 * 60 * 4,
      documents: 240,
      perDocument: 4,
      // Of the word in every message 15; of the others, said six or seven times, one or two each, of two postings or more.
      sharedTokens: 4 * (15 + 9 + 9),
      searched: 3,
    });
    expect(figures.tokens).toBe(4 * (60 * 2 + 15 + 9 + 9));
    expect(figures.attacks).toHaveLength(attackNames.length);
    const known = figures.attacks.find(({ name }) => name === 'known documents');
    expect(known?.measure).toBe('unseen mass');
    expect(known?.protected).toBeLessThan(known?.unprotected ?? 0);
    expect((await figuresOf([said(60)], plain, random, { at, searched: 0 })).attacks).toEqual([]);
  });

  it('are of the newest messages of some of the larger rooms; what nobody can open says nothing', async () => {
    const roomOf = (head: number) => ({
      roomId: newId<RoomId>(),
      resourceUri: parseInstanceUri(`kms://kms.acme.example/resources/${newId()}`, 'resources'),
      head,
    });
    const rooms = [roomOf(300), roomOf(49), ...Array.from({ length: 50 }, () => roomOf(60))];
    const asked: { roomId: RoomId; after: number }[] = [];
    const message = (text: string) => ({ actor: newId<UserId>(), body: { kind: 'message', text: { sealed: text } } });
    const client = {
      entries: async (roomId: RoomId, { after }: { after: number }) => {
        asked.push({ roomId, after });
        const entries = [
          ...Array.from({ length: 60 }, () => message('Budget')),
          message('broken'),
          { body: { kind: 'created' } },
        ];
        return entries as unknown as LogEntry[];
      },
      openText: async (_: unknown, { sealed }: { sealed: string }) => {
        if (sealed === 'broken') throw new CloisterError('seal/open-failed');
        return sealed;
      },
    };
    const sample = await sampleRooms({ client, random, signal: new AbortController().signal }, rooms);
    expect(sample).toHaveLength(40);
    for (const room of sample) expect(room).toEqual(Array.from({ length: 60 }, () => ['w:budget']));
    expect(
      asked.every(
        ({ roomId, after }) => roomId !== rooms[1]?.roomId && after === (roomId === rooms[0]?.roomId ? 100 : 0),
      ),
    ).toBe(true);
    const away = { ...client, openText: async () => Promise.reject(new CloisterError('kms/unavailable')) };
    await expect(
      sampleRooms({ client: away, random, signal: new AbortController().signal }, rooms),
    ).rejects.toMatchObject({
      code: 'kms/unavailable',
    });
  });

  it('are made when somebody asks, once a week, and again when that failed', async () => {
    let now = at;
    let made = 0;
    const broken: unknown[] = [];
    const figures = new OwnFigures(
      async () => {
        made += 1;
        if (made === 1) throw new CloisterError('kms/unavailable');
        return figuresOf([], plain, random, { at: now, searched: made });
      },
      () => now,
      (fault) => broken.push(fault),
    );
    const asked = async () => {
      const answer = await figures.get();
      await figures.settled();
      return answer === null ? null : (JSON.parse(answer) as { searched: number }).searched;
    };
    expect(await asked()).toBeNull();
    expect(broken).toEqual([expect.objectContaining({ code: 'kms/unavailable' })]);
    expect(await asked()).toBeNull();
    expect(await asked()).toBe(2);
    now += 7 * 86_400_000;
    expect(await asked()).toBe(2);
    now += 1;
    // The old ones are told until the new ones are there.
    expect(await asked()).toBe(2);
    expect(await asked()).toBe(3);
    expect(made).toBe(3);
  });

  it('count the terms that were searched in thirty days', async () => {
    const terms = new SearchedTerms(database);
    const day = 86_400_000;
    await terms.add(5, at - 31 * day);
    await terms.add(2, at - 30 * day);
    await terms.add(3, at);
    await terms.add(4, at);
    await terms.add(0, at);
    expect(await terms.count(at)).toBe(9);
    expect(await terms.count(at + day)).toBe(7);
  });
});
