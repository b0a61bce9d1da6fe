import { sql } from '@cloister/database';
import { listLeaseMs } from '@cloister/receipts';
import type { DomainName, KmsResponse, OrganisationId, OutsidePolicy, ResourceUri } from '@cloister/wire';
import { newId, parseOutsideReply } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestRealms } from '../federation/testing/test-realms.ts';
import type { TestClient } from '../testing/test-client.ts';
import type { TestRealm } from '../testing/test-realm.ts';

let realms: TestRealms;
let acme: TestRealm;
let globex: TestRealm;
let umbrella: TestRealm;
let admin: TestClient;
let away: TestClient;

beforeAll(async () => {
  realms = await TestRealms.open('acme', 'globex', 'umbrella');
  [acme, globex, umbrella] = realms.all as [TestRealm, TestRealm, TestRealm];
  for (const { organisationId, kmsHost } of realms.all) name(organisationId, kmsHost.replace('kms.', ''));
}, 120_000);
beforeEach(async () => {
  admin = await acme.client(acme.identity.administrator(acme.organisationId));
  away = await globex.client(globex.identity.administrator(globex.organisationId));
});
afterEach(async () => {
  realms.mend();
  for (const { database } of realms.all) {
    await database.execute(sql`update outside_policy set mode = 'everybody', domains = '{}', version = version + 1`);
    await database.execute(sql`update outside_organisation set paused_at = null, paused_by = null`);
  }
  // Nothing known to one realm of another holds any longer.
  acme.pass(listLeaseMs);
  realms.asked.length = 0;
});
afterAll(() => realms.close());

const name = (id: OrganisationId, domain: string) =>
  acme.identity.refresh([{ seq: 0, kind: 'organisation', id, name: domain, domains: [domain as DomainName] }]);
const notAllowed = { status: 403, cloister: { code: 'kms/outside-not-allowed' } };
const refusedChange = { status: 403, response: notAllowed };

const outsideOf = (response: KmsResponse) => {
  expect(response).toMatchObject({ status: 200 });
  return parseOutsideReply(response);
};
const look = async (by: TestClient) => outsideOf(await by.ask({ method: 'retrieve', uri: '/outside' }));
const ask = (by: TestClient, policy: object, version?: number) =>
  by.ask({ method: 'update', uri: '/outside', policy, ...(version === undefined ? {} : { cloister: { version } }) });
const decide = async (by: TestClient, policy: OutsidePolicy) => outsideOf(await ask(by, policy));
const setPaused = async (by: TestClient, id: OrganisationId, paused: boolean) =>
  outsideOf(await by.ask({ method: 'update', uri: `/outside/${id}`, paused }));
const pause = (by: TestClient, realm: TestRealm) => setPaused(by, realm.organisationId, true);
const nobody = { mode: 'nobody', domains: [] } as const;

const fetch = (client: TestClient, uri: string) => client.ask({ method: 'retrieve', uri });
const list = (client: TestClient, resourceUri: ResourceUri) => fetch(client, `${resourceUri}/authorizations`);
type Room = Awaited<ReturnType<TestClient['createRoom']>>;
const bind = async (client: TestClient, { roomId, resourceUri }: Room) => {
  const key = await client.createKey();
  const frame = await client.frame(
    'addKey',
    { method: 'update', uri: key.uri, resourceUri },
    { roomId, resourceUri, keyUri: key.uri },
  );
  return { key, result: await client.operate(frame) };
};

/** Alice of Acme makes a room with Ken of Globex and Wesker of Umbrella in it, and a key for it. */
const setting = async () => {
  const [alice, ken, wesker] = [await acme.client(), await globex.client(), await umbrella.client()];
  const key = await alice.createKey();
  const room = await alice.createRoom([ken.person.id, wesker.person.id], [key.uri]);
  return { alice, ken, wesker, key, room };
};

describe('administrators', () => {
  it('see what holds, whom they met since when, and how many rooms they share now (R344)', async () => {
    const { alice, ken, room } = await setting();
    const before = await look(admin);
    expect(before.policy).toEqual({ mode: 'everybody', domains: [] });
    const met = before.organisations.find(({ id }) => id === globex.organisationId);
    expect(met).toMatchObject({ name: 'globex.example', domains: ['globex.example'], kmsHost: globex.kmsHost });
    const metAt = met?.metAt;
    expect(Date.parse(metAt ?? '')).toBeLessThanOrEqual(acme.clock.now.getTime());
    acme.pass(60_000);
    const one = await acme.client(alice.person);
    await one.createRoom([ken.person.id]);
    const later = (await look(admin)).organisations.find(({ id }) => id === globex.organisationId);
    expect(later).toEqual({ ...met, metAt, rooms: (met?.rooms ?? 0) + 1 });
    await one.remove(room, ken.person.id);
    const after = (await look(admin)).organisations.find(({ id }) => id === globex.organisationId);
    expect(after?.rooms).toBe(met?.rooms);
  });

  it('see rooms that are at home elsewhere once their people have read there', async () => {
    const { ken, key } = await setting();
    await fetch(ken, key.uri);
    const { organisations } = await look(away);
    const ids = organisations.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([acme.organisationId, umbrella.organisationId]));
    expect(organisations.every(({ rooms }) => rooms > 0)).toBe(true);
  });

  it('decide for their organisation alone, and others do not decide', async () => {
    const alice = await acme.client();
    const calls = [
      { method: 'retrieve', uri: '/outside' },
      { method: 'update', uri: '/outside', policy: nobody },
      { method: 'update', uri: `/outside/${globex.organisationId}`, paused: true },
    ];
    for (const call of calls) {
      expect(await alice.ask(call)).toMatchObject({ status: 403, cloister: { code: 'kms/not-authorized' } });
    }
    await decide(admin, nobody);
    const sister = await acme.client(acme.identity.administrator(acme.sisterOrganisationId));
    expect((await look(sister)).policy.mode).toBe('everybody');
    expect((await look(away)).policy.mode).toBe('everybody');
  });

  it('are told when somebody else decided meanwhile; what changes nothing is no new version', async () => {
    const { version } = await look(admin);
    const first = await decide(admin, nobody);
    expect(first.version).toBe(version + 1);
    expect(await ask(admin, { mode: 'everybody', domains: [] }, version)).toMatchObject({
      status: 412,
      cloister: { code: 'kms/version-mismatch' },
    });
    expect(outsideOf(await ask(admin, nobody, first.version)).version).toBe(first.version);
    const paused = await pause(admin, globex);
    expect(paused.version).toBe(first.version + 1);
    expect((await pause(admin, globex)).version).toBe(paused.version);
  });

  it('have a change made once however often it is asked for', async () => {
    const sealed = await admin.seal({ method: 'update', uri: `/outside/${umbrella.organisationId}`, paused: true });
    const first = await admin.sendAll([sealed]);
    await setPaused(admin, umbrella.organisationId, false);
    expect(await admin.sendAll([sealed])).toEqual(first);
    expect((await look(admin)).organisations.some(({ paused }) => paused !== undefined)).toBe(false);
  });

  it('pause an organisation that they never met, and none that nobody knows', async () => {
    const stranger = newId<OrganisationId>();
    const uri = `/outside/${stranger}`;
    expect(await admin.ask({ method: 'update', uri, paused: true })).toMatchObject({ status: 404 });
    expect(await admin.ask({ method: 'update', uri: `/outside/${acme.organisationId}`, paused: true })).toMatchObject({
      status: 400,
    });
    name(globex.sisterOrganisationId, 'sister.example');
    const { organisations } = await setPaused(admin, globex.sisterOrganisationId, true);
    const found = organisations.find(({ id }) => id === globex.sisterOrganisationId);
    expect(found).toEqual({
      id: globex.sisterOrganisationId,
      name: 'sister.example',
      domains: ['sister.example'],
      kmsHost: globex.kmsHost,
      rooms: 0,
      paused: { at: acme.clock.now.toISOString(), by: admin.person.id },
    });
  });

  it('leave a line in the audit that says what they decided', async () => {
    await decide(admin, { mode: 'listed', domains: ['globex.example' as DomainName] });
    await pause(admin, umbrella);
    const rows = await acme.database.rows(sql<{ entry: string }>`select entry from audit order by seq desc limit 3`);
    const lines = rows.map(({ entry }) => JSON.parse(entry));
    const by = {
      outcome: 'allowed',
      personId: admin.person.id,
      organisationId: acme.organisationId,
      purpose: 'administration',
    };
    expect(lines).toContainEqual(
      expect.objectContaining({ ...by, action: 'setOutsidePolicy', mode: 'listed', domains: ['globex.example'] }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ ...by, action: 'pauseOrganisation', outsideId: umbrella.organisationId, paused: true }),
    );
  });
});

describe('while an organisation may not be met', () => {
  it('nobody of it is added to own resources', async () => {
    const { alice, room } = await setting();
    await pause(admin, globex);
    expect(await alice.add(room, globex.person().id)).toMatchObject(refusedChange);
    expect(await alice.add(room, umbrella.person().id)).toMatchObject({ status: 201 });
  });

  it('nobody of it is named where a resource is created', async () => {
    const alice = await acme.client();
    await pause(admin, globex);
    const call = { method: 'create', uri: '/resources', userIds: [globex.person().id] };
    expect(await alice.ask(call)).toMatchObject(notAllowed);
    expect(await alice.ask({ ...call, userIds: [umbrella.person().id] })).toMatchObject({ status: 201 });
  });

  it('nobody of it is added by a change that another realm passes on', async () => {
    const { wesker, room } = await setting();
    await pause(admin, globex);
    expect(await wesker.add(room, globex.person().id)).toMatchObject(refusedChange);
    expect(await wesker.add(room, umbrella.person().id)).toMatchObject({ status: 201 });
  });

  it('its own people change nothing of own resources but to go', async () => {
    const { ken, room } = await setting();
    await pause(admin, globex);
    expect(await ken.add(room, umbrella.person().id)).toMatchObject(refusedChange);
    expect(await ken.appoint(room, ken.person.id)).toMatchObject(refusedChange);
    expect((await bind(ken, room)).result).toMatchObject(refusedChange);
    expect(await ken.remove(room, ken.person.id)).toMatchObject({ status: 200 });
  });

  it('its people are removed as ever', async () => {
    const { alice, ken, room } = await setting();
    await pause(admin, globex);
    expect(await alice.remove(room, ken.person.id)).toMatchObject({ status: 200 });
  });

  it('its realm gets no list of own resources', async () => {
    const { ken, wesker, room } = await setting();
    await pause(admin, globex);
    expect(await list(ken, room.resourceUri)).toMatchObject(notAllowed);
    expect((await list(wesker, room.resourceUri)).authorizations).toHaveLength(3);
  });

  it('its realm gets no key of own resources', async () => {
    const { ken, wesker, key } = await setting();
    await pause(admin, globex);
    expect(await fetch(ken, key.uri)).toMatchObject(notAllowed);
    expect((await fetch(wesker, key.uri)).key?.jwk).toEqual(key.jwk);
  });

  it('its realm gets no key of own people, whoever’s the resource is', async () => {
    const { alice, ken, wesker } = await setting();
    const shared = await wesker.createRoom([alice.person.id, ken.person.id]);
    const { key } = await bind(alice, shared);
    await pause(admin, globex);
    expect(await fetch(ken, key.uri)).toMatchObject(notAllowed);
    expect((await fetch(wesker, key.uri)).key?.jwk).toEqual(key.jwk);
  });

  it('own people get no key of its resources', async () => {
    const { ken, wesker, key } = await setting();
    await fetch(ken, key.uri);
    await pause(away, acme);
    expect(await fetch(ken, key.uri)).toMatchObject(notAllowed);
    expect((await fetch(wesker, key.uri)).key?.jwk).toEqual(key.jwk);
  });

  it('own people get no key that its people made, whoever’s the resource is', async () => {
    const { alice, ken, wesker } = await setting();
    const shared = await wesker.createRoom([alice.person.id, ken.person.id]);
    const { key: theirs } = await bind(ken, shared);
    expect((await fetch(alice, theirs.uri)).key?.jwk).toEqual(theirs.jwk);
    await pause(admin, globex);
    expect(await fetch(alice, theirs.uri)).toMatchObject(notAllowed);
    expect((await fetch(wesker, theirs.uri)).key?.jwk).toEqual(theirs.jwk);
  });

  it('own people read none of its keys in own resources', async () => {
    const { alice, ken, room, key } = await setting();
    const { key: theirs } = await bind(ken, room);
    await pause(admin, globex);
    expect(await fetch(alice, theirs.uri)).toMatchObject(notAllowed);
    expect((await fetch(alice, key.uri)).key?.jwk).toEqual(key.jwk);
  });

  it('own people’s changes of its rooms are not passed on, but to go or to take somebody away', async () => {
    const { ken, room } = await setting();
    const hugo = await globex.client();
    await ken.add(room, hugo.person.id);
    await list(ken, room.resourceUri);
    await pause(away, acme);
    const passedOn = () => realms.asked.filter((each) => each.endsWith('/changes')).length;
    realms.asked.length = 0;
    expect(await ken.add(room, globex.person().id)).toMatchObject(refusedChange);
    expect((await bind(ken, room)).result).toMatchObject(refusedChange);
    expect(passedOn()).toBe(0);
    expect(await ken.remove(room, hugo.person.id)).toMatchObject({ status: 200 });
    expect(await ken.remove(room, ken.person.id)).toMatchObject({ status: 200 });
    expect(passedOn()).toBe(2);
  });

  it('nothing changes between others, and everything comes back when it may be met again', async () => {
    const { ken, key, room } = await setting();
    await fetch(ken, key.uri);
    await pause(admin, globex);
    await acme.kms.tellPeers();
    expect(await fetch(ken, key.uri)).toMatchObject(notAllowed);
    await setPaused(admin, globex.organisationId, false);
    expect((await fetch(ken, key.uri)).key?.jwk).toEqual(key.jwk);
    expect((await list(ken, room.resourceUri)).authorizations).toHaveLength(3);
    expect(await ken.add(room, globex.person().id)).toMatchObject({ status: 201 });
  });
});

describe('a policy by domains', () => {
  it('lets in who has proved one that is listed, and nobody else', async () => {
    const { ken, wesker, key } = await setting();
    await decide(admin, { mode: 'listed', domains: ['globex.example' as DomainName] });
    expect((await fetch(ken, key.uri)).key?.jwk).toEqual(key.jwk);
    expect(await fetch(wesker, key.uri)).toMatchObject(notAllowed);
    await decide(admin, nobody);
    await acme.kms.tellPeers();
    expect(await fetch(ken, key.uri)).toMatchObject(notAllowed);
  });

  it('follows identity’s word: who gives the domain up is out, who proves it is in', async () => {
    const { alice, room } = await setting();
    await decide(admin, { mode: 'listed', domains: ['globex.test' as DomainName] });
    expect(await alice.add(room, globex.person().id)).toMatchObject(refusedChange);
    name(globex.organisationId, 'globex.test');
    expect(await alice.add(room, globex.person().id)).toMatchObject({ status: 201 });
    name(globex.organisationId, 'globex.example');
    expect(await alice.add(room, globex.person().id)).toMatchObject(refusedChange);
  });
});

describe('a paused organisation', () => {
  it('serves nothing any more at once where it is reached: its lists are recalled (threats row 16)', async () => {
    const { ken, key } = await setting();
    expect((await fetch(ken, key.uri)).key?.jwk).toEqual(key.jwk);
    await acme.kms.tellPeers();
    realms.asked.length = 0;
    await pause(admin, globex);
    // Deciding tells them by itself.
    await expect.poll(() => fetch(ken, key.uri), { interval: 5, timeout: 30_000 }).toMatchObject(notAllowed);
    expect(realms.asked).toContain(`${acme.kmsHost} ${globex.kmsHost} /federation/v1/recalls`);
  });

  it('serves nothing any more once the lease is over where it is out of reach, and nothing newer before', async () => {
    const { alice, ken, key, room } = await setting();
    await fetch(ken, key.uri);
    realms.cut(acme, globex);
    await pause(admin, globex);
    const { key: newer } = await bind(alice, room);
    expect((await fetch(ken, key.uri)).key?.jwk).toEqual(key.jwk);
    expect(await fetch(ken, newer.uri)).toMatchObject({ status: 503 });
    acme.pass(listLeaseMs);
    const late = await globex.client(ken.person);
    expect(await fetch(late, key.uri)).toMatchObject({ status: 503, cloister: { code: 'kms/peer-unreachable' } });
    realms.mend();
    expect(await fetch(late, key.uri)).toMatchObject(notAllowed);
    expect(await fetch(late, newer.uri)).toMatchObject(notAllowed);
  });
});

describe('organisations of the same realm', () => {
  it('meet by the same predicate: adds, lists, keys and changes', async () => {
    const [alice, sally] = [await acme.client(), await acme.client(acme.person(acme.sisterOrganisationId))];
    const key = await alice.createKey();
    const room = await alice.createRoom([sally.person.id], [key.uri]);
    const { key: hers } = await bind(sally, room);
    expect((await fetch(sally, key.uri)).key?.jwk).toEqual(key.jwk);
    await setPaused(admin, acme.sisterOrganisationId, true);
    expect(await alice.add(room, acme.person(acme.sisterOrganisationId).id)).toMatchObject(refusedChange);
    expect(await fetch(sally, key.uri)).toMatchObject(notAllowed);
    expect(await fetch(sally, `${room.resourceUri}/keys`)).toMatchObject(notAllowed);
    expect(await list(sally, room.resourceUri)).toMatchObject(notAllowed);
    expect(await fetch(alice, hers.uri)).toMatchObject(notAllowed);
    expect((await bind(sally, room)).result).toMatchObject(refusedChange);
    expect(await sally.remove(room, sally.person.id)).toMatchObject({ status: 200 });
  });

  it('do not meet while either of them says so', async () => {
    const [alice, sally] = [await acme.client(), await acme.client(acme.person(acme.sisterOrganisationId))];
    const key = await alice.createKey();
    await alice.createRoom([sally.person.id], [key.uri]);
    const sister = await acme.client(acme.identity.administrator(acme.sisterOrganisationId));
    await decide(sister, nobody);
    expect(await fetch(sally, key.uri)).toMatchObject(notAllowed);
    await decide(sister, { mode: 'everybody', domains: [] });
    expect((await fetch(sally, key.uri)).key?.jwk).toEqual(key.jwk);
  });
});
