import { sql } from '@cloister/database';
import { listLeaseMs } from '@cloister/receipts';
import { idOf, type KeyUri } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { firstIn, TestKeeper } from '../../master-keys/testing/test-keeper.ts';
import type { TestClient } from '../../testing/test-client.ts';
import { TestRealm } from '../../testing/test-realm.ts';
import { shareRoom } from '../testing/shared-room.ts';
import { TestRealms } from '../testing/test-realms.ts';

let realms: TestRealms;
let acme: TestRealm;
let globex: TestRealm;
let umbrella: TestRealm;

beforeAll(async () => {
  realms = await TestRealms.open('acme', 'globex', 'umbrella');
  [acme, globex, umbrella] = realms.all as [TestRealm, TestRealm, TestRealm];
}, 120_000);
afterEach(() => {
  realms.mend();
  realms.hostile = null;
});
afterAll(() => realms.close());

const fetch = (client: TestClient, uri: string) => client.ask({ method: 'retrieve', uri });

const setting = () => shareRoom(acme, globex);

describe('a key that another organisation’s key server made', () => {
  it('is fetched by each client from its own key server alone (R362, R363, R366)', async () => {
    const { ken, key, room } = await setting();
    realms.asked.length = 0;
    const { key: given } = await fetch(ken, key.uri);
    expect(given).toMatchObject({ uri: key.uri, jwk: key.jwk, resourceUri: room.resourceUri });
    expect(given?.cloister).toEqual({ authorizationVersion: 1, roomId: room.roomId });
    expect(realms.asked).toEqual([
      `${globex.kmsHost} ${acme.kmsHost} /federation/v1/keys`,
      `${globex.kmsHost} ${acme.kmsHost} /federation/v1/lists`,
    ]);
  });

  it('is one question away for whoever was just put on the list: their key server hears of it at once', async () => {
    const node = await TestRealm.secondNode(acme, undefined, { invitesAtOnce: true });
    const [alice, ken] = [await acme.client(), await globex.client()];
    alice.wire = { send: (batch) => node.kms.handleBatch(batch), operate: (frame) => node.kms.handleOperation(frame) };
    const key = await alice.createKey();
    const { resourceUri } = await alice.createRoom([ken.person.id], [key.uri]);
    const held = sql`select from foreign_list where resource_uri = ${resourceUri} and claims is not null`;
    await vi.waitFor(async () => expect(await globex.database.rows(held)).toHaveLength(1), { timeout: 30_000 });
    realms.asked.length = 0;
    expect((await fetch(ken, key.uri)).key?.jwk).toEqual(key.jwk);
    expect(realms.asked).toEqual([`${globex.kmsHost} ${acme.kmsHost} /federation/v1/keys`]);
    await node.close();
  });

  it('is kept for a while, and each person of the realm is judged by itself (R366)', async () => {
    const { ken, key } = await setting();
    await fetch(ken, key.uri);
    const hugo = await globex.client();
    realms.asked.length = 0;
    expect(await fetch(hugo, key.uri)).toMatchObject({ status: 403, cloister: { code: 'kms/not-authorized' } });
    expect((await fetch(ken, key.uri)).key?.jwk).toEqual(key.jwk);
    expect(realms.asked).toEqual([]);
  });

  it('is not given to a realm with nobody in the room, which is not told whether there is one (R365)', async () => {
    const { key } = await setting();
    const stranger = await umbrella.client();
    const unknown = `kms://${acme.kmsHost}/keys/${idOf(key.uri).replace(/^.{8}/, '00000000')}`;
    const [refused, absent] = [await fetch(stranger, key.uri), await fetch(stranger, unknown)];
    expect(refused).toMatchObject({ status: 403, cloister: { code: 'kms/not-authorized' } });
    expect({ ...absent, requestId: '' }).toEqual({ ...refused, requestId: '' });
  });

  it('is audited where it was made, with the realm that asked', async () => {
    const { ken, key } = await setting();
    await fetch(ken, key.uri);
    const rows = await acme.database.rows(sql<{ entry: string }>`select entry from audit order by seq desc limit 5`);
    expect(rows.map(({ entry }) => JSON.parse(entry))).toContainEqual(
      expect.objectContaining({
        action: 'giveKey',
        outcome: 'allowed',
        peer: globex.kmsHost,
        purpose: 'federation',
        keyIds: [idOf(key.uri)],
      }),
    );
  });

  it('goes with the person who was removed, at once where home is reached (R333, threats row 16)', async () => {
    const { alice, ken, key, room } = await setting();
    await fetch(ken, key.uri);
    await alice.remove(room, ken.person.id);
    await acme.kms.tellPeers();
    expect(await fetch(ken, key.uri)).toMatchObject({ status: 403, cloister: { code: 'kms/not-authorized' } });
  });

  it('goes with the lease where home is out of reach, and comes back with it', async () => {
    const { alice, ken, key, room } = await setting();
    await fetch(ken, key.uri);
    realms.cut(acme, globex);
    await alice.remove(room, ken.person.id);
    await acme.kms.tellPeers();
    expect((await fetch(ken, key.uri)).key?.jwk).toEqual(key.jwk);
    acme.pass(listLeaseMs);
    const late = await globex.client(ken.person);
    expect(await fetch(late, key.uri)).toMatchObject({ status: 503, cloister: { code: 'kms/peer-unreachable' } });
    realms.mend();
    expect(await fetch(late, key.uri)).toMatchObject({ status: 403 });
  });

  it('is asked for in one question however many there are, and only those that are not at hand', async () => {
    const [alice, ken] = [await acme.client(), await globex.client()];
    const keys = await alice.createKeys(100);
    await alice.createRoom(
      [ken.person.id],
      keys.map(({ uri }) => uri),
    );
    await fetch(ken, keys[0]?.uri as KeyUri);
    realms.asked.length = 0;
    const sealed = await Promise.all(keys.map(({ uri }) => ken.seal({ method: 'retrieve', uri })));
    const given = await ken.sendAll(sealed);
    expect(given.map((response) => response?.key?.jwk)).toEqual(keys.map(({ jwk }) => jwk));
    expect(realms.asked).toEqual([`${globex.kmsHost} ${acme.kmsHost} /federation/v1/keys`]);
  });
});

describe('a key of a room elsewhere', () => {
  const off = { status: 405, errorCode: 405005, cloister: { code: 'kms/revoked' } };

  /** Ken of Globex reads both there: what Alice made, and what he bound to her room himself. */
  const reading = async () => {
    const { ken, key, room } = await setting();
    const own = await ken.createKey();
    const { roomId, resourceUri } = room;
    const bind = { method: 'update', uri: own.uri, resourceUri };
    await ken.operate(await ken.frame('addKey', bind, { roomId, resourceUri, keyUri: own.uri }));
    const given = async () => [(await fetch(ken, key.uri)).key?.jwk, (await fetch(ken, own.uri)).key?.jwk];
    expect(await given()).toEqual([key.jwk, own.jwk]);
    return { ken, given, uris: [key.uri, own.uri], all: [key.jwk, own.jwk] };
  };

  it('is not given while the main key of who asks is off, and again at once when it is on, by a node that did not look (R045)', async () => {
    const keeper = await TestKeeper.of(globex);
    const { uri } = await keeper.lead();
    const { ken, given, uris, all } = await reading();
    expect(firstIn(await keeper.update(uri, 'REVOKED')).usageState).toBe('REVOKED');
    for (const each of uris) expect(await fetch(ken, each)).toMatchObject(off);
    await globex.kms.masterKeys.look();
    for (const each of uris) expect(await fetch(ken, each)).toMatchObject(off);
    expect(firstIn(await keeper.update(uri, 'ACTIVE')).usageState).toBe('ACTIVE');
    expect(await given()).toEqual(all);
    await keeper.useDefault();
    await globex.kms.masterKeys.rotate();
  });

  it('is not given from under a KEK that is inactive: its key server is asked again, and one of ours waits', async () => {
    const { client } = await TestKeeper.of(globex);
    await client.createKey();
    const { uri } = await client.ask({ method: 'create', uri: '/kek' });
    const update = (state: string) => client.ask({ method: 'update', uri, state });
    const { ken, given, uris, all } = await reading();
    expect(await update('inactive')).toMatchObject({ status: 200, state: 'inactive' });
    realms.asked.length = 0;
    const [theirs = '', own = ''] = uris;
    expect((await fetch(ken, theirs)).key?.jwk).toEqual(all[0]);
    expect(realms.asked).toEqual([`${globex.kmsHost} ${acme.kmsHost} /federation/v1/keys`]);
    expect(await fetch(ken, own)).toMatchObject(off);
    await update('active');
    expect(await given()).toEqual(all);
  });
});

describe('a hostile key server', () => {
  it('gives another key than was asked for: nobody gets it', async () => {
    const { ken, key } = await setting();
    const other = await (await acme.client()).createKey();
    realms.hostile = (_from, _to, path, body) =>
      path.endsWith('/keys') ? { keys: [{ ...(body as { keys: object[] }).keys[0], jwk: other.jwk }] } : null;
    expect(await fetch(ken, key.uri)).toMatchObject({ status: 502, cloister: { code: 'kms/peer-broken' } });
    realms.hostile = null;
    expect((await fetch(ken, key.uri)).key?.jwk).toEqual(key.jwk);
  });

  it('gives a list that home did not sign, or signed for another: it counts for nothing', async () => {
    const { ken, key } = await setting();
    const other = await setting();
    let swapped: string | undefined;
    realms.hostile = (_from, _to, path, body) => {
      if (!path.endsWith('/lists')) return null;
      const { list } = body as { list: string };
      swapped ??= list;
      return { list: swapped };
    };
    await fetch(other.ken, other.key.uri);
    expect(await fetch(ken, key.uri)).toMatchObject({ status: 502, cloister: { code: 'kms/peer-broken' } });
  });

  it('recalls lists that are at home elsewhere: it may not', async () => {
    const { ken, key, room } = await setting();
    await fetch(ken, key.uri);
    const route = globex.kms.peerRoutes.find(({ path }) => path.endsWith('/recalls'));
    const recalled = { resourceUri: room.resourceUri, authorizationVersion: 99, revocationEpoch: 0 };
    const call = {
      peer: { kmsHost: umbrella.kmsHost, organisationIds: [] },
      body: recalled,
      signal: AbortSignal.abort(),
    };
    await expect(route?.answer(call)).rejects.toMatchObject({ code: 'kms/not-authorized' });
    realms.asked.length = 0;
    expect((await fetch(ken, key.uri)).key?.jwk).toEqual(key.jwk);
    expect(realms.asked).toEqual([]);
  });
});
