import { newId, type UserId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from './testing/test-client.ts';
import { TestRealm } from './testing/test-realm.ts';

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

const list = (client: TestClient, resourceUri: string) =>
  client.ask({ method: 'retrieve', uri: `${resourceUri}/authorizations` });
const add = (client: TestClient, resourceUri: string, ...userIds: string[]) =>
  client.ask({ method: 'create', uri: '/authorizations', resourceUri, userIds });
const remove = (client: TestClient, resourceUri: string, authId: string) =>
  client.ask({ method: 'delete', uri: `${resourceUri}/authorizations?authId=${encodeURIComponent(authId)}` });

describe('a resource', () => {
  it('has its creator on the list, once, however it was asked for', async () => {
    const alice = await realm.client();
    for (const userIds of [undefined, [], [alice.person.id]]) {
      const { resource } = await alice.ask({
        method: 'create',
        uri: '/resources',
        ...(userIds && { userIds }),
        keyUris: [],
      });
      expect(resource?.authorizationUris).toHaveLength(1);
      const { authorizations } = await list(alice, resource?.uri ?? '');
      expect(authorizations?.map(({ authId }) => authId)).toEqual([alice.person.id]);
    }
  });

  it('is made whole or not at all', async () => {
    const alice = await realm.client();
    const bob = await realm.client();
    const [mine, his] = [await alice.createKey(), await bob.createKey()];
    const asked = { method: 'create', uri: '/resources', userIds: [bob.person.id], keyUris: [mine.uri, his.uri] };
    expect(await alice.ask(asked)).toMatchObject({ status: 403 });
    // The first key is still free.
    const resourceUri = await alice.createResource([], [mine.uri]);
    expect(await alice.ask({ method: 'retrieve', uri: mine.uri })).toMatchObject({ key: { resourceUri } });
  });

  it('tells its list, its keys and itself to those who stand on it, and nothing to others', async () => {
    const alice = await realm.client();
    const eve = await realm.client();
    const keys = await alice.createKeys(2);
    const resourceUri = await alice.createResource(
      [],
      keys.map(({ uri }) => uri),
    );
    for (const uri of [resourceUri, `${resourceUri}/keys`, `${resourceUri}/authorizations`]) {
      expect(await eve.ask({ method: 'retrieve', uri })).toMatchObject({ status: 403 });
      expect(await alice.ask({ method: 'retrieve', uri })).toMatchObject({ status: 200 });
    }
    const { keys: listed } = await alice.ask({ method: 'retrieve', uri: `${resourceUri}/keys` });
    expect(new Set(listed?.map(({ jwk }) => jwk.k))).toEqual(new Set(keys.map(({ jwk }) => jwk.k)));
    const { resource } = await alice.ask({ method: 'retrieve', uri: resourceUri });
    expect(new Set(resource?.keyUris)).toEqual(new Set(keys.map(({ uri }) => uri)));
    const unknown = `kms://${TestRealm.kmsHost}/resources/${newId()}`;
    expect(await eve.ask({ method: 'retrieve', uri: unknown })).toMatchObject({ status: 403 });
  });
});

describe('authorizations', () => {
  it('are added in the order asked, and counted in the version of the list', async () => {
    const alice = await realm.client();
    const [bob, carol] = [await realm.client(), realm.person()];
    const resourceUri = await alice.createResource();
    const { status, authorizations, cloister } = await add(alice, resourceUri, carol.id, bob.person.id);
    expect(status).toBe(201);
    expect(authorizations?.map(({ authId }) => authId)).toEqual([carol.id, bob.person.id]);
    expect(cloister).toEqual({ authorizationVersion: 2 });
    expect((await add(bob, resourceUri, carol.id)).authorizations?.[0]).toEqual(authorizations?.[0]);
    expect((await list(bob, resourceUri)).cloister).toMatchObject({ authorizationVersion: 2 });
  });

  it('are removed under both published names, and by their own address', async () => {
    const alice = await realm.client();
    const [bob, carol] = [realm.person(), realm.person()];
    const resourceUri = await alice.createResource([bob.id, carol.id]);
    const { authorization, authorizations } = await remove(alice, resourceUri, bob.id);
    expect(authorization).toMatchObject({ authId: bob.id, resourceUri });
    expect(authorizations).toEqual([authorization]);
    const filtered = await alice.ask({ method: 'retrieve', uri: `${resourceUri}/authorizations?authId=${carol.id}` });
    const [his] = filtered.authorizations ?? [];
    expect(await alice.ask({ method: 'delete', uri: his?.uri })).toMatchObject({ status: 200, authorization: his });
    expect((await list(alice, resourceUri)).authorizations).toHaveLength(1);
    expect(await remove(alice, resourceUri, bob.id)).toMatchObject({ status: 200, authorizations: [] });
  });

  it('cannot be changed or seen by a person who has none (R288)', async () => {
    const alice = await realm.client();
    const eve = await realm.client();
    const resourceUri = await alice.createResource();
    expect(await list(eve, resourceUri)).toMatchObject({ status: 403 });
    expect(await add(eve, resourceUri, eve.person.id)).toMatchObject({ status: 403 });
    expect(await remove(eve, resourceUri, alice.person.id)).toMatchObject({ status: 403 });
    expect((await list(alice, resourceUri)).authorizations).toHaveLength(1);
  });

  it('are for people of the realm who are there, with a sentence for others', async () => {
    const alice = await realm.client();
    const resourceUri = await alice.createResource();
    const sister = realm.person(realm.sisterOrganisationId);
    const stranger = realm.person(realm.strangeOrganisationId);
    const gone = realm.person();
    realm.identity.deactivate(gone);
    expect(await add(alice, resourceUri, sister.id)).toMatchObject({ status: 201 });
    expect(await add(alice, resourceUri, stranger.id)).toMatchObject({
      status: 403,
      reason: expect.stringContaining('no key server serves the organisation of a person to authorize'),
    });
    expect(await add(alice, resourceUri, gone.id)).toMatchObject({ status: 403 });
    expect(await add(alice, resourceUri, newId<UserId>())).toMatchObject({ status: 403 });
    expect((await list(alice, resourceUri)).authorizations).toHaveLength(2);
  });

  it('once removed give no key of the resource, old or new, and none that one made oneself (R333)', async () => {
    const alice = await realm.client();
    const bob = await realm.client();
    const resourceUri = await alice.createResource([bob.person.id]);
    const his = await bob.createKey();
    const bind = await bob.seal({ method: 'update', uri: his.uri, resourceUri });
    expect((await bob.sendAll([bind]))[0]).toMatchObject({ status: 200, key: { jwk: his.jwk } });
    await remove(alice, resourceUri, bob.person.id);
    const later = await alice.createKey();
    await alice.ask({ method: 'update', uri: later.uri, resourceUri });
    for (const uri of [his.uri, later.uri]) {
      expect(await bob.ask({ method: 'retrieve', uri })).toMatchObject({ status: 403 });
    }
    // Not even the kept result of his own request.
    const [again] = await bob.sendAll([bind]);
    expect(again).toMatchObject({ status: 403 });
    expect(again?.key).toBeUndefined();
  });
});

describe('a resource on the list of another', () => {
  it('lets its people read, through any number of steps, and a cycle ends', async () => {
    const alice = await realm.client();
    const bob = await realm.client();
    const eve = await realm.client();
    const key = await alice.createKey();
    const [room, team, company] = [
      await alice.createResource([], [key.uri]),
      await alice.createResource(),
      await alice.createResource([bob.person.id]),
    ];
    expect(await add(alice, room, team)).toMatchObject({ status: 201, authorizations: [{ authId: team }] });
    await add(alice, team, company);
    await add(alice, company, room);
    expect((await bob.ask({ method: 'retrieve', uri: key.uri })).key?.jwk).toEqual(key.jwk);
    expect(await eve.ask({ method: 'retrieve', uri: key.uri })).toMatchObject({ status: 403 });
    expect(await remove(alice, room, team)).toMatchObject({ status: 200, authorization: { authId: team } });
    expect(await bob.ask({ method: 'retrieve', uri: key.uri })).toMatchObject({ status: 403 });
  });

  it('must exist, be here, and be another', async () => {
    const alice = await realm.client();
    const resourceUri = await alice.createResource();
    expect(await add(alice, resourceUri, resourceUri)).toMatchObject({ status: 409 });
    expect(await add(alice, resourceUri, `kms://${TestRealm.kmsHost}/resources/${newId()}`)).toMatchObject({
      status: 404,
    });
    expect(await add(alice, resourceUri, `kms://kms.globex.example/resources/${newId()}`)).toMatchObject({
      status: 501,
    });
  });
});
