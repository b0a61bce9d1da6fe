import {
  type CaseId,
  type DomainName,
  type KmsHost,
  type MachineId,
  newId,
  type OrganisationId,
  parseStatusPayload,
  purposes,
  type SessionId,
  type StatusPayload,
  type UserId,
} from '@cloister/wire';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { leavingOf } from './leaving-of.ts';
import { StatusDirectory } from './status-directory.ts';
import { parseStatusSnapshot, type StatusSnapshot } from './status-snapshot.ts';
import { type Fact, TestIdentity } from './testing/test-identity.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
let identity: TestIdentity;
let directory: StatusDirectory;

beforeEach(() => {
  identity = new TestIdentity();
  directory = new StatusDirectory();
});

const read = (value: unknown) => parseStatusSnapshot(value) as StatusSnapshot;
const next = (change: Partial<Record<keyof StatusPayload, unknown>> = {}) =>
  parseStatusPayload({ ...identity.statement(directory.head), ...change });

it('knows what was stated, as of when', () => {
  expect(directory.age(0)).toBe(Number.POSITIVE_INFINITY);
  directory.apply(next());
  expect(directory.person(identity.personId)).toEqual({
    organisationId: identity.organisationId,
    active: true,
    roles: [],
    entry: 1,
  });
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

describe('people', () => {
  const bob = newId<UserId>();
  const by = { kind: 'person' as const, id: newId<UserId>() };
  const person = (active: boolean, more: object = {}) =>
    identity.state({ kind: 'person', id: bob, organisationId: identity.organisationId, active, ...more } as Fact);
  const learn = () => expect(directory.apply(next())).not.toBeNull();

  it('carry their roles, as stated last', () => {
    person(true, { roles: ['full-admin'] });
    learn();
    expect(directory.person(bob)?.roles).toEqual(['full-admin']);
    person(true);
    learn();
    expect(directory.person(bob)?.roles).toEqual([]);
  });

  it('who left stay leavers of the entry that said so first, and of who made it (R332)', () => {
    person(true);
    person(false, { by });
    person(false);
    learn();
    const { organisationId } = identity;
    expect(directory.leavers()).toEqual([{ id: bob, organisationId, entry: 3, by }]);
    expect(leavingOf(directory.person(bob))).toEqual({ entry: 3, by });
    person(true, { by });
    person(true);
    learn();
    expect(directory.leavers()).toEqual([]);
    // Coming back undoes no leaving that somebody may still have to be told of.
    directory = StatusDirectory.restore(directory.snapshot());
    expect(leavingOf(directory.person(bob))).toEqual({ entry: 3, by });
    person(false);
    learn();
    expect(directory.leavers()).toEqual([{ id: bob, organisationId, entry: 7 }]);
    expect(leavingOf(directory.person(bob))).toEqual({ entry: 7 });
    expect(leavingOf(undefined)).toBeUndefined();
  });
});

describe('functions (R341, R342, R400)', () => {
  const { organisationId } = new TestIdentity();
  const learn = (...facts: object[]) => {
    for (const fact of facts) identity.state(fact as Fact);
    expect(directory.apply(next())).not.toBeNull();
  };
  const indexing = { kind: 'function', organisationId, purpose: 'indexing' };

  it('are off until switched on, each by itself and in its organisation only', () => {
    learn();
    for (const each of purposes) expect(directory.isEnabled(organisationId, each)).toBe(false);
    learn({ ...indexing, enabled: true });
    expect(purposes.filter((each) => directory.isEnabled(organisationId, each))).toEqual(['indexing']);
    expect(directory.isEnabled(identity.organisationId, 'indexing')).toBe(false);
    learn({ ...indexing, enabled: false });
    expect(directory.isEnabled(organisationId, 'indexing')).toBe(false);
  });

  it('have machines, each of one purpose', () => {
    const id = newId<MachineId>();
    const machine = { kind: 'machine', id, organisationId, purpose: 'transcoding' };
    expect(directory.machine(id)).toBeUndefined();
    learn({ ...machine, active: true, by: { kind: 'person', id: identity.personId } });
    expect(directory.machine(id)).toEqual({ organisationId, purpose: 'transcoding', active: true });
    learn({ ...machine, active: false });
    expect(directory.machine(id)?.active).toBe(false);
  });
});

describe('cases (R097)', () => {
  const [officer, custodian, openedBy, approvedBy] = [1, 2, 3, 4].map(() => newId<UserId>());
  const { organisationId } = new TestIdentity();
  const opened = () => ({
    kind: 'case',
    id: newId<CaseId>(),
    organisationId,
    officer,
    custodians: [custodian],
    active: false,
    expiresAt: identity.now + 60,
    openedBy,
  });
  const learn = (...facts: object[]) => {
    for (const fact of facts) identity.state(fact as Fact);
    expect(directory.apply(next())).not.toBeNull();
  };

  it('count from their approval until they are closed', () => {
    const one = opened();
    learn(one);
    expect(directory.casesOf(officer as UserId)).toEqual([]);
    learn({ ...one, active: true });
    expect(directory.casesOf(officer as UserId)).toEqual([]);
    learn({ ...one, active: true, approvedBy });
    const { kind: _, active: __, ...stated } = one;
    expect(directory.casesOf(officer as UserId)).toEqual([{ ...stated, approvedBy }]);
    expect(directory.casesOf(custodian as UserId)).toEqual([]);
    learn({ ...one, approvedBy });
    expect(directory.casesOf(officer as UserId)).toEqual([]);
  });

  it('are forgotten when they have expired', () => {
    learn({ ...opened(), active: true, approvedBy });
    identity.now += 59;
    learn();
    expect(directory.casesOf(officer as UserId)).toHaveLength(1);
    identity.now += 1;
    learn();
    expect(directory.casesOf(officer as UserId)).toEqual([]);
  });
});

it('is the same after it was stored and read again, whatever was stated', () => {
  const people = Array.from({ length: 5 }, () => newId<UserId>());
  const sessions = Array.from({ length: 5 }, () => newId<SessionId>());
  const machines = Array.from({ length: 3 }, () => newId<MachineId>());
  const cases = Array.from({ length: 3 }, () => newId<CaseId>());
  const organisationId = newId<OrganisationId>();
  const fact = fc.oneof(
    fc.record({
      kind: fc.constant('person' as const),
      id: fc.constantFrom(...people),
      organisationId: fc.constant(organisationId),
      active: fc.boolean(),
      roles: fc.subarray(['full-admin' as const]),
    }),
    fc.record({
      kind: fc.constant('machine' as const),
      id: fc.constantFrom(...machines),
      organisationId: fc.constant(organisationId),
      purpose: fc.constantFrom(...purposes),
      active: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('function' as const),
      organisationId: fc.constant(organisationId),
      purpose: fc.constantFrom(...purposes),
      enabled: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('case' as const),
      id: fc.constantFrom(...cases),
      organisationId: fc.constant(organisationId),
      officer: fc.constantFrom(...people),
      custodians: fc.subarray(people),
      active: fc.boolean(),
      expiresAt: fc.constant(identity.now + 60),
      openedBy: fc.constantFrom(...people),
      approvedBy: fc.constantFrom(...people),
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
        follower = StatusDirectory.restore(read(JSON.parse(JSON.stringify(follower.snapshot()))));
        if (!follower.isBehind(statement)) break;
      }
      for (const id of people) {
        const last = facts.findLast((each) => each.kind === 'person' && each.id === id);
        expect(follower.person(id)?.active).toBe(last?.kind === 'person' ? last.active : undefined);
        expect(follower.person(id)?.roles).toEqual(last?.kind === 'person' ? last.roles : undefined);
      }
      for (const id of people) {
        const gone = facts.some((each) => each.kind === 'person' && each.id === id && !each.active);
        expect(leavingOf(follower.person(id)) !== undefined).toBe(gone);
      }
      const inactive = people.filter((id) => follower.person(id)?.active === false);
      expect(
        follower
          .leavers()
          .map(({ id }) => id)
          .sort(),
      ).toEqual(inactive.sort());
      for (const id of machines) {
        const last = facts.findLast((each) => each.kind === 'machine' && each.id === id);
        expect(follower.machine(id)?.active).toBe(last?.kind === 'machine' ? last.active : undefined);
        expect(follower.machine(id)?.purpose).toBe(last?.kind === 'machine' ? last.purpose : undefined);
      }
      for (const purpose of purposes) {
        const last = facts.findLast((each) => each.kind === 'function' && each.purpose === purpose);
        expect(follower.isEnabled(organisationId, purpose)).toBe(last?.kind === 'function' && last.enabled);
      }
      for (const id of cases) {
        const last = facts.findLast((each) => each.kind === 'case' && each.id === id);
        const open = people.flatMap((officer) => follower.casesOf(officer).filter((each) => each.id === id));
        if (last?.kind === 'case' && last.active) expect(open).toMatchObject([{ officer: last.officer }]);
        else expect(open).toEqual([]);
      }
      for (const sid of sessions)
        expect(follower.isRevoked(sid)).toBe(facts.some((each) => each.kind === 'session' && each.sid === sid));
      expect(follower.tokenKey('k1')).toBeDefined();
      expect(follower.age(source.now * 1000)).toBe(0);
    }),
    { numRuns },
  );
});

describe('organisations', () => {
  const id = newId<OrganisationId>();
  const acme = ['acme.example' as DomainName];
  const stated = (more: object = {}) => {
    identity.state({ kind: 'organisation', id, ...more } as Fact);
    expect(directory.apply(next())).not.toBeNull();
  };

  it('are known by name and proven domains once identity names them, as it did last', () => {
    stated();
    expect(directory.organisation(id)).toBeNull();
    stated({ name: 'Acme', domains: acme });
    expect(directory.organisation(id)).toEqual({ id, name: 'Acme', domains: acme });
    stated();
    expect(directory.organisation(id)?.name).toBe('Acme');
    stated({ name: 'Acme Limited', domains: [] });
    expect(directory.organisation(id)).toEqual({ id, name: 'Acme Limited', domains: [] });
    expect(directory.organisation(newId<OrganisationId>())).toBeNull();
  });

  it('are still known after a restart', () => {
    stated({ name: 'Acme', domains: acme });
    const again = StatusDirectory.restore(read(JSON.parse(JSON.stringify(directory.snapshot()))));
    expect(again.organisation(id)).toEqual({ id, name: 'Acme', domains: acme });
  });

  it('are never called by what is no domain', () => {
    stated({ name: 'Acme', domains: acme });
    const [kept] = directory.snapshot().organisations;
    expect(
      parseStatusSnapshot({ ...directory.snapshot(), organisations: [{ ...kept, domains: ['ACME'] }] }),
    ).toBeNull();
    identity.state({ kind: 'organisation', id, name: 'Acme', domains: ['ACME' as DomainName] });
    expect(() => next()).toThrow(expect.objectContaining({ code: 'wire/invalid-message' }));
  });
});

describe('key servers', () => {
  const acme = 'kms.acme.example' as KmsHost;
  const globex = 'kms.globex.example' as KmsHost;
  const other = newId<OrganisationId>();
  const realm = (kmsHost: KmsHost, organisationIds: OrganisationId[], active = true) =>
    identity.state({ kind: 'realm', kmsHost, organisationIds, active });
  const learn = () => expect(directory.apply(next())).not.toBeNull();

  it('are known by host and by organisation, once identity has listed them (R361)', () => {
    learn();
    expect([directory.realm(acme), directory.realmOf(identity.organisationId), directory.realms()]).toEqual([
      null,
      null,
      [],
    ]);
    realm(acme, [identity.organisationId]);
    realm(globex, [other]);
    learn();
    const listed = { kmsHost: acme, organisationIds: [identity.organisationId] };
    expect(directory.realm(acme)).toEqual(listed);
    expect(directory.realmOf(other)).toBe(globex);
    expect(directory.realms()).toEqual([listed, { kmsHost: globex, organisationIds: [other] }]);
  });

  it('are unknown again once withdrawn, and an organisation that moved is at the new one', () => {
    realm(acme, [identity.organisationId, other]);
    realm(globex, [other]);
    learn();
    expect(directory.realmOf(other)).toBe(globex);
    expect(directory.realm(acme)?.organisationIds).toEqual([identity.organisationId]);
    realm(acme, [identity.organisationId, other], false);
    learn();
    expect([directory.realm(acme), directory.realmOf(identity.organisationId)]).toEqual([null, null]);
    expect(directory.realmOf(other)).toBe(globex);
  });

  it('are what they were after a restart', () => {
    realm(acme, [identity.organisationId, other]);
    realm(globex, [other]);
    learn();
    const restored = StatusDirectory.restore(read(JSON.parse(JSON.stringify(directory.snapshot()))));
    expect(restored.realms()).toEqual(directory.realms());
    expect(restored.realmOf(other)).toBe(globex);
  });
});
