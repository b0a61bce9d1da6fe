import { sql } from '@cloister/database';
import { idOf, newId, type RoomId } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from '../testing/test-client.ts';
import { TestRealm } from '../testing/test-realm.ts';
import { firstIn, TestKeeper } from './testing/test-keeper.ts';

const off = { status: 405, errorCode: 405005, cloister: { code: 'kms/revoked' } };

let realm: TestRealm;
let keeper: TestKeeper;
let alice: TestClient;
let bob: TestClient;
let mainKey: string;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());
beforeEach(async () => {
  keeper = await TestKeeper.afresh(realm);
  [alice, bob] = [await realm.client(), await realm.client()];
  mainKey = (await keeper.lead()).uri;
});

const revoke = async () => {
  expect(firstIn(await keeper.update(mainKey, 'REVOKED')).usageState).toBe('REVOKED');
  await realm.kms.masterKeys.look();
};
const activate = async () => {
  expect(firstIn(await keeper.update(mainKey, 'ACTIVE')).usageState).toBe('ACTIVE');
  await realm.kms.masterKeys.look();
};
const people = async (resourceUri: string) => {
  const rows = await realm.database.rows(
    sql<{
      id: string;
    }>`select subject_id as id from resource_authorization where resource_id = ${idOf(resourceUri as never)}`,
  );
  return rows.map(({ id }) => id).toSorted();
};

describe('while the main key is off', () => {
  it('no content key is made, bound or given on any path, not even one that was (R045, R046)', async () => {
    const [bound, loose] = await alice.createKeys(2);
    const make = await alice.seal({ method: 'create', uri: '/keys' });
    await alice.sendAll([make]);
    const { roomId, resourceUri } = await alice.createRoom([bob.person.id], [bound?.uri ?? '']);
    realm.identity.switchFunction(realm.organisationId, 'dlp', true);
    realm.identity.switchFunction(realm.organisationId, 'ediscovery', true);
    const machine = await realm.machineClient('dlp');
    const officer = await realm.client(realm.person());
    realm.identity.openCase(officer.person, [bob.person]);
    const retrieve = { method: 'retrieve', uri: bound?.uri };
    const onBehalf = async () => {
      const { id } = bob.person;
      const credential = { userId: id, onBehalfOf: id, bearer: officer.token() };
      return officer.ask({ ...retrieve, client: { clientId: officer.clientId, credential } });
    };
    expect(await onBehalf()).toMatchObject({ status: 200 });
    await revoke();

    for (const reader of [alice, bob, machine]) {
      expect(await reader.ask(retrieve)).toMatchObject(off);
      expect(await reader.ask({ method: 'retrieve', uri: `${resourceUri}/keys` })).toMatchObject(off);
    }
    expect(await onBehalf()).toMatchObject(off);
    expect((await alice.sendAll([make]))[0]).toMatchObject(off);
    expect(await alice.ask({ method: 'create', uri: '/keys' })).toMatchObject(off);
    const bind = { method: 'update', uri: loose?.uri, resourceUri };
    expect(await alice.ask(bind)).toMatchObject(off);
    const half = await alice.frame('updateKey', bind, { roomId, resourceUri, keyUri: loose?.uri as never });
    expect(await alice.operate(half)).toMatchObject({ status: 405, response: off });

    await activate();
    for (const reader of [alice, bob, machine]) expect((await reader.ask(retrieve)).key?.jwk).toEqual(bound?.jwk);
    expect(await alice.ask(bind)).toMatchObject({ status: 200 });
  });

  it('no room is made; its refusal is final, as any other (R046)', async () => {
    await revoke();
    const roomId = newId<RoomId>();
    const ask = { method: 'create', uri: '/resources', userIds: [alice.person.id], keyUris: [] };
    const half = await alice.frame('create', ask, { roomId, subjects: [alice.person.id] });
    expect(await alice.operate(half)).toMatchObject({ status: 405, response: off });
    expect(await alice.ask({ method: 'create', uri: '/resources' })).toMatchObject(off);
    await activate();
    expect(await alice.operate(half)).toMatchObject({ status: 405, response: null });
    expect((await alice.createRoom()).resourceUri).toMatch(/^kms:/);
  });

  it('a key of somebody else is not bound to its resources either', async () => {
    const carol = await realm.client(realm.person(realm.sisterOrganisationId));
    const resourceUri = await alice.createResource([carol.person.id]);
    const key = await carol.createKey();
    await revoke();
    expect(await carol.ask({ method: 'update', uri: key.uri, resourceUri })).toMatchObject(off);
    expect(await carol.ask({ method: 'retrieve', uri: key.uri })).toMatchObject({ status: 200 });
  });

  it('what a guest made for its room is given to nobody, and comes back with it (R045, invariant 8)', async () => {
    const carol = await realm.client(realm.person(realm.sisterOrganisationId));
    const resourceUri = await alice.createResource([carol.person.id]);
    const [bound, loose] = await carol.createKeys(2);
    expect(await carol.ask({ method: 'update', uri: bound?.uri, resourceUri })).toMatchObject({ status: 200 });
    await revoke();
    for (const reader of [alice, carol]) {
      expect(await reader.ask({ method: 'retrieve', uri: bound?.uri })).toMatchObject(off);
      expect(await reader.ask({ method: 'retrieve', uri: `${resourceUri}/keys` })).toMatchObject(off);
    }
    expect(await carol.ask({ method: 'retrieve', uri: loose?.uri })).toMatchObject({ status: 200 });
    await activate();
    expect((await alice.ask({ method: 'retrieve', uri: bound?.uri })).key?.jwk).toEqual(bound?.jwk);
  });

  it('people are still added and removed, each once, and who leaves the organisation is removed', async () => {
    const [carol, dave] = [realm.person(), realm.person()];
    const room = await alice.createRoom([bob.person.id, dave.id]);
    await revoke();
    expect(await alice.add(room, carol.id)).toMatchObject({ status: 201 });
    const ask = { method: 'delete', uri: `${room.resourceUri}/authorizations?authId=${bob.person.id}` };
    const half = await alice.frame('remove', ask, { ...room, subjects: [bob.person.id] });
    const [first, again] = [await alice.operate(half), await alice.operate(half)];
    expect(first).toMatchObject({ status: 200 });
    expect([again.response, again.receipt]).toEqual([first.response, first.receipt]);
    realm.identity.deactivate(dave);
    expect(await realm.kms.removeLeavers()).toBe(1);
    expect(await people(room.resourceUri)).toEqual([alice.person.id, carol.id].toSorted());
  });

  it('administrators go on, and a KEK that is made active gives nothing away', async () => {
    const key = await alice.createKey();
    const [kek] = (await keeper.client.ask({ method: 'retrieve', uri: '/kek' })).wrappingKeys ?? [];
    await revoke();
    expect(await keeper.client.ask({ method: 'update', uri: kek?.uri, state: 'active' })).toMatchObject({
      status: 200,
    });
    expect(await keeper.client.ask({ method: 'create', uri: '/kek' })).toMatchObject({ status: 200 });
    expect(await alice.ask({ method: 'retrieve', uri: key.uri })).toMatchObject(off);
    expect((await keeper.upload()).status).toBe(201);
    expect(await keeper.publicKey()).toMatch(/^-----BEGIN/);
  });
});
