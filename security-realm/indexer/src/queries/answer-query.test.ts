import { randomBytes } from 'node:crypto';
import type { Database } from '@cloister/database';
import { openText, SecretKey, sealText } from '@cloister/seal';
import {
  base64url,
  CloisterError,
  type ErrorCode,
  newId,
  type OrganisationId,
  packUuids,
  parseInstanceUri,
  parsePlan,
  type QueryId,
  type QueryToPlan,
  type RoomId,
  type UserId,
} from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeBatch } from '../batches/make-batch.ts';
import { Counters } from '../counters/counters.ts';
import { ModelCore } from '../testing/model-core.ts';
import { openTestDatabase } from '../testing/open-test-database.ts';
import { RandomSource } from '../tokens/random-source.ts';
import { type SearchKey, searchKey } from '../tokens/search-key.ts';
import { answerQuery, type QueryParts } from './answer-query.ts';
import { AskedBefore } from './asked-before.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const userId = newId<UserId>();
const roomId = newId<RoomId>();
const counted = { roomId, generations: [{ generation: 1, position: 1 }] };
const uri = parseInstanceUri(`kms://kms.acme.example/keys/${newId()}`, 'keys');
const resourceUri = parseInstanceUri(`kms://kms.acme.example/resources/${newId()}`, 'resources');
const bytes = randomBytes(32);
const keys = [searchKey(1, randomBytes(32))];
const random = new RandomSource(randomBytes);
const signal = new AbortController().signal;

let database: Database;
let drop: () => Promise<void>;
let counters: Counters;
let core: ModelCore;
beforeAll(async () => {
  ({ database, drop } = await openTestDatabase());
  counters = new Counters({ database, organisationId: newId<OrganisationId>() });
  core = new ModelCore();
  const part = { roomId, generation: 1, keys, from: 0, to: 1, documents: [{ position: 1, terms: ['w:budget'] }] };
  const { bodies } = await makeBatch({ counters, random }, { bucket: 4, noise: 0 }, [part]);
  for (const body of bodies) core.append(body);
});
afterAll(() => drop());

type Told = { plans: Uint8Array[]; answers: string[]; refusals: ErrorCode[]; dropped: unknown[]; searched: number[] };
let told: Told;
let given: SecretKey;
beforeEach(() => {
  told = { plans: [], answers: [], refusals: [], dropped: [], searched: [] };
  given = SecretKey.fromBytes(uri, bytes);
});

type Changes = Partial<Omit<QueryParts, 'client'>> & { readonly client?: Partial<QueryParts['client']> };

const parts = (changes: Changes = {}): QueryParts => ({
  counters,
  random,
  keysOf: async (): Promise<readonly SearchKey[] | null> => keys,
  asked: new AskedBefore(),
  dummies: 0,
  figures: async () => '{"v":1}',
  searched: async (terms) => void told.searched.push(terms),
  now: () => now,
  startedAt: now - 1000,
  ...changes,
  client: {
    queryKey: async () => ({ key: given, userId, resourceUri, roomId: undefined }),
    plan: async (_, plan) => void told.plans.push(plan),
    answer: async (_, sealed) => void told.answers.push(sealed),
    refuse: async (_, code) => void told.refusals.push(code),
    dropGeneration: async (...dropped) => void told.dropped.push(dropped.slice(0, 2)),
    ...changes.client,
  },
});

const query = async (inside: object = {}, rooms: QueryToPlan['rooms'] = [counted]): Promise<QueryToPlan> => {
  const id = newId<QueryId>();
  const search = { rooms: base64url.encode(packUuids([roomId])), query: { text: 'budget', quoted: true } };
  const sealed = await sealText(
    SecretKey.fromBytes(uri, bytes),
    JSON.stringify({ v: 1, id, userId, issuedAt: now, ...('figures' in inside ? {} : search), ...inside }),
  );
  return { id, userId, encryptionKeyUrl: uri, sealed, rooms } as QueryToPlan;
};

const fails = (code: ErrorCode) => async () => {
  throw new CloisterError(code);
};

describe('an answer to a sealed query', () => {
  it('is a plan that finds what was indexed, and the key of the question is gone afterwards (R395)', async () => {
    const outcome = await answerQuery(parts(), await query(), signal);
    expect(outcome).toMatchObject({ kind: 'planned', plans: 1 });
    const [plan] = told.plans.map(parsePlan);
    expect(plan?.last).toBe(true);
    expect(plan?.rooms.map((room) => core.find(room.roomId, room.generation, room.slots[0] as Uint8Array))).toEqual([
      [1],
    ]);
    expect(told.searched).toEqual([1]);
    expect(() => given.reveal()).toThrow(expect.objectContaining({ code: 'seal/invalid-key' }));
  });

  it('about the index itself is sealed under the key of the question', async () => {
    expect(await answerQuery(parts(), await query({ figures: true }), signal)).toEqual({ kind: 'answered' });
    expect(await openText(SecretKey.fromBytes(uri, bytes), told.answers[0] ?? '')).toBe('{"v":1}');
    const unmade = parts({ figures: async () => null });
    given = SecretKey.fromBytes(uri, bytes);
    const code = 'core/search-unavailable';
    expect(await answerQuery(unmade, await query({ figures: true }), signal)).toEqual({ kind: 'refused', code });
  });

  it.each([
    ['kms/revoked', 'kms/revoked'],
    ['kms/not-authorized', 'kms/not-authorized'],
    ['platform/database', 'core/search-unavailable'],
    ['wire/invalid-message', 'core/query-refused'],
  ] as const)('is a refusal when its key cannot be had: %s is told as %s', async (code, shown) => {
    const client = { queryKey: fails(code) };
    expect(await answerQuery(parts({ client }), await query(), signal)).toEqual({ kind: 'refused', code: shown });
    expect(told.refusals).toEqual([shown]);
    expect(told.plans).toEqual([]);
  });

  it('is a refusal when somebody else asked, or when it does not open', async () => {
    const asked = await query();
    expect(await answerQuery(parts(), { ...asked, userId: newId<UserId>() }, signal)).toMatchObject({
      kind: 'refused',
    });
    const client = { queryKey: async () => ({ key: SecretKey.generate(uri), userId, resourceUri, roomId: undefined }) };
    expect(await answerQuery(parts({ client }), asked, signal)).toMatchObject({ kind: 'refused' });
    expect(told.refusals).toEqual(['core/query-refused', 'core/query-refused']);
  });

  it('drops an index whose counters are gone, so that the core says what is missing', async () => {
    const strange = { roomId, generations: [{ generation: 7, position: 3 }] };
    const outcome = await answerQuery(parts(), await query({}, [strange]), signal);
    expect(outcome).toEqual({ kind: 'refused', code: 'core/search-unavailable' });
    expect(told.dropped).toEqual([[roomId, 7]]);
    expect(told.plans).toEqual([]);
  });

  it('ends quietly when nobody waits any more, and lets the function that was switched off be known', async () => {
    const gone = { plan: fails('core/query-gone') };
    expect(await answerQuery(parts({ client: gone }), await query(), signal)).toEqual({ kind: 'gone' });
    given = SecretKey.fromBytes(uri, bytes);
    const late = { plan: fails('core/conflict'), refuse: fails('core/query-gone') };
    expect(await answerQuery(parts({ client: late }), await query(), signal)).toEqual({ kind: 'gone' });
    const off = { queryKey: fails('kms/function-off') };
    await expect(answerQuery(parts({ client: off }), await query(), signal)).rejects.toMatchObject({
      code: 'kms/function-off',
    });
    expect(told.refusals).toEqual([]);
  });
});
