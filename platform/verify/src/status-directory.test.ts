import {
  newId,
  type OrganisationId,
  parseStatusPayload,
  type SessionId,
  type StatusPayload,
  type UserId,
} from '@cloister/wire';
import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { StatusDirectory } from './status-directory.ts';
import { type Fact, TestIdentity } from './testing/test-identity.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
let identity: TestIdentity;
let directory: StatusDirectory;

beforeEach(() => {
  identity = new TestIdentity();
  directory = new StatusDirectory();
});

const next = (change: Partial<Record<keyof StatusPayload, unknown>> = {}) =>
  parseStatusPayload({ ...identity.statement(directory.head), ...change });

it('knows what was stated, as of when', () => {
  expect(directory.age(0)).toBe(Number.POSITIVE_INFINITY);
  directory.apply(next());
  expect(directory.person(identity.personId)).toEqual({ organisationId: identity.organisationId, active: true });
  expect(directory.person(newId<UserId>())).toBeUndefined();
  expect(directory.age(identity.now * 1000 + 1500)).toBe(1500);
  expect(directory.head).toBe(1);
});

it('changes nothing on a statement that does not follow the last', () => {
  directory.apply(next());
  const before = JSON.stringify(directory.snapshot());
  identity.state({ kind: 'session', sid: identity.sid, revokedAt: identity.now });
  const entries = next().entries;
  for (const wrong of [
    { after: 0 },
    { after: 2 },
    { head: 0 },
    { issuedAt: identity.now - 1 },
    { entries: entries.map((entry) => ({ ...entry, seq: 1 })) },
    { entries: entries.map((entry) => ({ ...entry, seq: 9 })) },
    { entries: [...entries, ...entries] },
  ]) {
    expect(directory.apply(next(wrong))).toBeNull();
    expect(JSON.stringify(directory.snapshot())).toBe(before);
  }
  expect(directory.apply(next())).toHaveLength(1);
});

it('is not fresh before it has every page', () => {
  identity.state({ kind: 'session', sid: identity.sid, revokedAt: identity.now });
  identity.pageSize = 1;
  const first = next();
  directory.apply(first);
  expect(directory.isBehind(first)).toBe(true);
  expect(directory.age(identity.now * 1000)).toBe(Number.POSITIVE_INFINITY);
  const second = next();
  directory.apply(second);
  expect(directory.isBehind(second)).toBe(false);
  expect(directory.age(identity.now * 1000)).toBe(0);
  expect(directory.isRevoked(identity.sid)).toBe(true);
});

it('takes an answer without entries as complete up to its head', () => {
  directory.apply(next());
  directory.apply(next({ head: 7, entries: [] }));
  expect(directory.head).toBe(7);
});

it('ignores keys that cannot sign tokens', () => {
  const [good] = (identity.statement(0).keys as { keys: object[] }).keys;
  directory.apply({ ...next(), keys: { keys: [good, { ...good, kid: 'bad', x: 'AA' }] } } as StatusPayload);
  expect(directory.tokenKey('k1')?.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
  expect(directory.tokenKey('bad')).toBeUndefined();
});

it('forgets a revoked session only when no token of it can live any more', () => {
  identity.state({ kind: 'session', sid: identity.sid, revokedAt: identity.now });
  directory.apply(next());
  identity.now += 24 * 3600;
  directory.apply(next());
  expect(directory.isRevoked(identity.sid)).toBe(true);
  identity.now += 3601;
  directory.apply(next());
  expect(directory.isRevoked(identity.sid)).toBe(false);
});

it('is the same after it was stored and read again, whatever was stated', () => {
  const people = Array.from({ length: 5 }, () => newId<UserId>());
  const sessions = Array.from({ length: 5 }, () => newId<SessionId>());
  const organisationId = newId<OrganisationId>();
  const fact = fc.oneof(
    fc.record({
      kind: fc.constant('person' as const),
      id: fc.constantFrom(...people),
      organisationId: fc.constant(organisationId),
      active: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('session' as const),
      sid: fc.constantFrom(...sessions),
      revokedAt: fc.constant(identity.now),
    }),
  );
  fc.assert(
    fc.property(fc.array(fact), fc.integer({ min: 1, max: 4 }), (facts: Fact[], pageSize) => {
      const source = new TestIdentity();
      source.pageSize = pageSize;
      for (const each of facts) source.state(each);
      let follower = new StatusDirectory();
      for (;;) {
        const statement = parseStatusPayload(source.statement(follower.head));
        expect(follower.apply(statement)).not.toBeNull();
        follower = StatusDirectory.restore(JSON.parse(JSON.stringify(follower.snapshot())));
        if (!follower.isBehind(statement)) break;
      }
      for (const id of people) {
        const last = facts.findLast((each) => each.kind === 'person' && each.id === id);
        expect(follower.person(id)?.active).toBe(last?.kind === 'person' ? last.active : undefined);
      }
      for (const sid of sessions)
        expect(follower.isRevoked(sid)).toBe(facts.some((each) => each.kind === 'session' && each.sid === sid));
      expect(follower.tokenKey('k1')).toBeDefined();
      expect(follower.age(source.now * 1000)).toBe(0);
    }),
    { numRuns },
  );
});
