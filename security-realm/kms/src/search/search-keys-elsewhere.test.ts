import { sql } from '@cloister/database';
import { listLeaseMs } from '@cloister/receipts';
import { CloisterError, newId, type OrganisationId } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shareRoom } from '../federation/testing/shared-room.ts';
import { TestRealms } from '../federation/testing/test-realms.ts';
import { firstIn, TestKeeper } from '../master-keys/testing/test-keeper.ts';
import type { TestClient } from '../testing/test-client.ts';
import type { TestRealm } from '../testing/test-realm.ts';
import { askSearchKeys, bytesOf, searchKeysFor, searchQuestion } from './testing/ask-search-keys.ts';

const denied = { status: 403, cloister: { code: 'kms/not-authorized' } };

let realms: TestRealms;
let acme: TestRealm;
let globex: TestRealm;
let umbrella: TestRealm;

beforeAll(async () => {
  realms = await TestRealms.open('acme', 'globex', 'umbrella');
  [acme, globex, umbrella] = realms.all as [TestRealm, TestRealm, TestRealm];
}, 120_000);
beforeEach(() => {
  for (const { organisationId, sisterOrganisationId } of realms.all) {
    for (const id of [organisationId, sisterOrganisationId]) acme.identity.switchFunction(id, 'indexing', true);
  }
  realms.asked.length = 0;
});
afterEach(() => {
  realms.mend();
  realms.hostile = null;
});
afterAll(() => realms.close());

const indexerOf = (realm: TestRealm, organisationId?: OrganisationId) =>
  realm.machineClient('indexing', organisationId);
const fetch = (client: TestClient, uri: string) => client.ask({ method: 'retrieve', uri });
const setting = () => shareRoom(acme, globex);

describe('an indexer whose organisation has somebody in a room that is at home elsewhere', () => {
  it('reads there what its people read, from its own key server alone (R363, R391)', async () => {
    const { ken, key, room } = await setting();
    const own = await ken.createKey();
    const { roomId, resourceUri } = room;
    const bind = { method: 'update', uri: own.uri, resourceUri };
    await ken.operate(await ken.frame('addKey', bind, { roomId, resourceUri, keyUri: own.uri }));
    const indexer = await indexerOf(globex);
    for (const { uri, jwk } of [key, own]) {
      expect((await fetch(indexer, uri)).key).toMatchObject({ uri, jwk, resourceUri, cloister: { roomId } });
    }
    // Home's has the guest's key too: everybody's in its own room.
    expect((await fetch(await indexerOf(acme), own.uri)).key?.jwk).toEqual(own.jwk);
    for (const stranger of [await indexerOf(umbrella), await indexerOf(globex, globex.sisterOrganisationId)]) {
      for (const { uri } of [key, own]) expect(await fetch(stranger, uri)).toMatchObject({ status: 403 });
    }
  });

  it('has a search key that its own key server made and that home is never told, nor gives (R392)', async () => {
    const { room } = await setting();
    const { resourceUri } = room;
    const theirs = await searchKeysFor(await indexerOf(globex), resourceUri);
    expect(theirs.map(({ epoch }) => epoch)).toEqual([1]);
    const asked = () => realms.asked.filter((each) => !each.endsWith('/recalls'));
    expect(asked()).toEqual([`${globex.kmsHost} ${acme.kmsHost} /federation/v1/lists`]);
    const stored = sql`select from search_key where resource_uri = ${resourceUri}`;
    expect(await acme.database.rows(stored)).toEqual([]);
    const home = await searchKeysFor(await indexerOf(acme), resourceUri);
    expect(bytesOf(home)).not.toEqual(bytesOf(theirs));
    expect(asked()).toHaveLength(1);
    const [row] = await globex.database.rows(
      sql<{ entry: string }>`select entry from audit where entry like '%retrieveSearchKeys%' order by seq desc limit 1`,
    );
    expect(JSON.parse(row?.entry ?? '')).toMatchObject({
      outcome: 'allowed',
      purpose: 'indexing',
      roomId: room.roomId,
    });
    for (const stranger of [await indexerOf(umbrella), await indexerOf(globex, globex.sisterOrganisationId)]) {
      expect(await askSearchKeys(stranger, resourceUri)).toMatchObject(denied);
    }
    expect(await askSearchKeys(await indexerOf(globex), `kms://${acme.kmsHost}/resources/${newId()}`)).toMatchObject(
      denied,
    );
    expect(await askSearchKeys(await indexerOf(globex), `kms://kms.nobody.example/resources/${newId()}`)).toMatchObject(
      {
        status: 404,
        cloister: { code: 'kms/peer-unknown' },
      },
    );
  });

  it('loses both with the last of its people, at once where home is reached, else with the lease (R333)', async () => {
    const { alice, ken, key, room } = await setting();
    const indexer = await indexerOf(globex);
    const before = await searchKeysFor(indexer, room.resourceUri);
    realms.cut(acme, globex);
    await alice.remove(room, ken.person.id);
    await acme.kms.tellPeers();
    expect(await searchKeysFor(indexer, room.resourceUri)).toEqual(before);
    acme.pass(listLeaseMs);
    const unreachable = { status: 503, cloister: { code: 'kms/peer-unreachable' } };
    expect(await askSearchKeys(await indexerOf(globex), room.resourceUri)).toMatchObject(unreachable);
    realms.mend();
    const late = await indexerOf(globex);
    expect(await askSearchKeys(late, room.resourceUri)).toMatchObject(denied);
    expect(await fetch(late, key.uri)).toMatchObject(denied);
    const again = await acme.client(alice.person);
    await again.add(room, ken.person.id);
    expect(await searchKeysFor(late, room.resourceUri)).toEqual(before);
    await again.remove(room, ken.person.id);
    await acme.kms.tellPeers();
    expect(await askSearchKeys(late, room.resourceUri)).toMatchObject(denied);
  });

  it('waits for nobody else’s home: of many rooms it has those whose homes answer', async () => {
    const [mine, theirs] = [await setting(), await setting()];
    const own = await (await globex.client()).createRoom();
    const indexer = await indexerOf(globex);
    await searchKeysFor(indexer, theirs.room.resourceUri);
    realms.cut(acme, globex);
    const asked = [mine.room, theirs.room, own].map(({ resourceUri }) => searchQuestion(resourceUri));
    const sealed = await Promise.all(asked.map((question) => indexer.seal(question)));
    expect((await indexer.sendAll(sealed)).map((answer) => answer?.status)).toEqual([503, 200, 200]);
  });

  it.each(['home’s', 'its own'])('is given neither while %s organisation does not let the two meet', async (whose) => {
    const { key, room } = await setting();
    const indexer = await indexerOf(globex);
    const before = await searchKeysFor(indexer, room.resourceUri);
    const [decider, other] = whose === 'its own' ? [globex, acme] : [acme, globex];
    const administrator = await decider.client(decider.identity.administrator(decider.organisationId));
    const pause = (paused: boolean) =>
      administrator.ask({ method: 'update', uri: `/outside/${other.organisationId}`, paused });
    await pause(true);
    await acme.kms.tellPeers();
    const notAllowed = { status: 403, cloister: { code: 'kms/outside-not-allowed' } };
    expect(await askSearchKeys(indexer, room.resourceUri)).toMatchObject(notAllowed);
    expect(await fetch(indexer, key.uri)).toMatchObject(notAllowed);
    await pause(false);
    await acme.kms.tellPeers();
    expect(await searchKeysFor(indexer, room.resourceUri)).toEqual(before);
  });

  it('is given neither while home’s main key is off, nor its own', async () => {
    const { room } = await setting();
    const indexer = await indexerOf(globex);
    const before = await searchKeysFor(indexer, room.resourceUri);
    for (const realm of [acme, globex]) {
      const keeper = await TestKeeper.of(realm);
      const { uri } = await keeper.lead();
      expect(firstIn(await keeper.update(uri, 'REVOKED')).usageState).toBe('REVOKED');
      await realm.kms.masterKeys.look();
      await acme.kms.tellPeers();
      expect(await askSearchKeys(indexer, room.resourceUri)).toMatchObject({
        status: 405,
        cloister: { code: 'kms/revoked' },
      });
      await keeper.update(uri, 'ACTIVE');
      await realm.kms.masterKeys.look();
      await acme.kms.tellPeers();
      expect(await searchKeysFor(indexer, room.resourceUri)).toEqual(before);
    }
  });
});

describe('a hostile key server', () => {
  /** What it says of its own choosing, past everything an honest one would check first. */
  const say = async (path: string, body: object): Promise<string> => {
    const route = globex.kms.peerRoutes.find((each) => each.path === path);
    const peer = { kmsHost: acme.kmsHost, organisationIds: [acme.organisationId] };
    try {
      const answer = await route?.answer({ peer, body: JSON.parse(JSON.stringify(body)), signal: AbortSignal.any([]) });
      return JSON.stringify(answer);
    } catch (error) {
      return error instanceof CloisterError ? error.code : `${error}`;
    }
  };

  it('gets no search key of its own rooms or of others, whatever it asks for in whose name (R392)', async () => {
    const { alice, ken, room } = await setting();
    const theirs = await ken.createRoom([alice.person.id]);
    const indexer = await indexerOf(globex);
    const [k] = bytesOf(await searchKeysFor(indexer, room.resourceUri));
    const [other] = bytesOf(await searchKeysFor(indexer, theirs.resourceUri));
    for (const { resourceUri, roomId } of [room, theirs]) {
      const change = (operation: object) => ({
        operationId: (newId() + newId()).replaceAll('-', ''),
        kind: 'updateKey',
        roomId,
        actor: { id: alice.person.id, organisationId: acme.organisationId },
        resourceUri,
        subjects: [],
        clientId: indexer.clientId,
        request: { requestId: newId(), ...operation },
      });
      const asked = searchQuestion(resourceUri);
      const keyUris = [resourceUri.replace('/resources/', '/keys/'), `${resourceUri}/searchKeys`];
      const attempts: [string, object][] = [
        ['changes', change(asked)],
        ['changes', { ...change(asked), actor: { id: indexer.person.id, organisationId: globex.organisationId } }],
        ['keys', { keyUris: keyUris.slice(0, 1) }],
        ['keys', { keyUris }],
        ['lists', { resourceUri: asked.uri }],
        ['lists', { resourceUri }],
        ['readers', { organisationIds: [globex.organisationId] }],
      ];
      for (const [name, body] of attempts) {
        const said = await say(`/federation/v1/${name}`, body);
        for (const key of [k, other]) expect([name, said.includes(key ?? '')]).toEqual([name, false]);
        expect(said).not.toContain('searchKeys');
      }
    }
  });

  it('gives the list of another room: no search key is made by it', async () => {
    const [first, second] = [await setting(), await setting()];
    const indexer = await indexerOf(globex);
    let swapped: unknown;
    realms.hostile = (_from, _to, path, body) => {
      if (!path.endsWith('/lists')) return null;
      swapped ??= body;
      return swapped;
    };
    await searchKeysFor(indexer, first.room.resourceUri);
    const { resourceUri } = second.room;
    expect(await askSearchKeys(indexer, resourceUri)).toMatchObject({
      status: 502,
      cloister: { code: 'kms/peer-broken' },
    });
    expect(await globex.database.rows(sql`select from search_key where resource_uri = ${resourceUri}`)).toEqual([]);
  });
});
