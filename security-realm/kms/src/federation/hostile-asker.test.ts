import { sql } from '@cloister/database';
import { parseReceipt } from '@cloister/receipts';
import { idOf, type KeyUri, maxFederatedKeys, newId, type UserId } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { databaseState } from '../testing/database-state.ts';
import type { TestRealm } from '../testing/test-realm.ts';
import { addition, codeOf, HostileGround, party, say } from './testing/hostile-ground.ts';
import type { TestRealms } from './testing/test-realms.ts';

let ground: HostileGround;
let realms: TestRealms;
let acme: TestRealm;
let globex: TestRealm;
let mallory: TestRealm;
beforeAll(async () => {
  ground = await HostileGround.open();
  ({ realms, acme, globex, mallory } = ground);
}, 120_000);
afterEach(() => {
  ground.realms.hostile = null;
});
afterAll(() => ground.realms.close());

describe('a hostile key server that asks (threats rows 14-17)', () => {
  it('for a room that it is not in hears the same as for one that is not there; it holds nothing, and the audit has it', async () => {
    const { room, key } = await ground.setting();
    const absent = { resourceUri: `kms://${acme.kmsHost}/resources/${newId()}` };
    const before = await databaseState(acme.database);
    expect(await codeOf(say(mallory, acme, '/federation/v1/lists', room))).toBe('kms/not-found');
    expect(await codeOf(say(mallory, acme, '/federation/v1/lists', absent))).toBe('kms/not-found');
    const unknown = `kms://${acme.kmsHost}/keys/${newId()}`;
    expect(await say(mallory, acme, '/federation/v1/keys', { keyUris: [key.uri, unknown] })).toEqual({
      keys: [
        { uri: key.uri, code: 'kms/not-authorized' },
        { uri: unknown, code: 'kms/not-authorized' },
      ],
    });
    expect(await databaseState(acme.database)).toEqual(before);
    const [last] = await acme.database.rows(sql<{ entry: string }>`select entry from audit order by seq desc limit 1`);
    expect(JSON.parse(last?.entry ?? '')).toMatchObject({
      action: 'giveKey',
      outcome: 'refused',
      peer: mallory.kmsHost,
      code: 'kms/not-authorized',
      keyIds: [idOf(key.uri), idOf(unknown as KeyUri)],
    });
  });

  it('enumerates, and finds nothing; all it asks for at once is one line of the audit', async () => {
    const { key } = await ground.setting();
    const count = async () => (await acme.database.one(sql<{ n: number }>`select count(*)::int as n from audit`)).n;
    const before = await count();
    const guesses = Array.from({ length: maxFederatedKeys - 1 }, () => `kms://${acme.kmsHost}/keys/${newId()}`);
    const { keys } = (await say(mallory, acme, '/federation/v1/keys', { keyUris: [key.uri, ...guesses] })) as {
      keys: { code?: string }[];
    };
    expect(new Set(keys.map(({ code }) => code))).toEqual(new Set(['kms/not-authorized']));
    expect(await count()).toBe(before + 1);
  });

  it('for what a third realm made is not helped to it: nobody is asked in its stead', async () => {
    const { ken, room } = await ground.setting();
    const key = await ken.createKey();
    const { roomId, resourceUri } = room;
    const bind = { method: 'update', uri: key.uri, resourceUri };
    await ken.operate(await ken.frame('addKey', bind, { roomId, resourceUri, keyUri: key.uri }));
    realms.asked.length = 0;
    expect(await say(mallory, acme, '/federation/v1/keys', { keyUris: [key.uri] })).toEqual({
      keys: [{ uri: key.uri, code: 'kms/not-authorized' }],
    });
    const elsewhere = { resourceUri: `kms://${globex.kmsHost}/resources/${newId()}` };
    expect(await codeOf(say(mallory, acme, '/federation/v1/lists', elsewhere))).toBe('kms/not-found');
    expect(realms.asked).toEqual([]);
  });

  it('says that somebody of its own is on a list: home’s list decides', async () => {
    const context = await ground.setting();
    const mole = await mallory.client();
    const before = await databaseState(acme.database, { without: ['operation'] });
    expect(
      await say(mallory, acme, '/federation/v1/changes', addition(context, party(mole), mole.person.id)),
    ).toMatchObject({ status: 403, response: { cloister: { code: 'kms/not-authorized' } } });
    expect(await databaseState(acme.database, { without: ['operation'] })).toEqual(before);
  });

  it('adds somebody whom identity does not know: refused', async () => {
    const context = await ground.setting();
    const before = await databaseState(acme.database, { without: ['operation'] });
    const asked = addition(context, party(context.ken), newId<UserId>());
    expect(await say(globex, acme, '/federation/v1/changes', asked)).toMatchObject({ status: 403 });
    expect(await databaseState(acme.database, { without: ['operation'] })).toEqual(before);
  });

  it('binds a key that it did not make: refused', async () => {
    const { ken, room, ...context } = await ground.setting();
    const before = await databaseState(acme.database, { without: ['operation'] });
    for (const maker of [acme, mallory]) {
      const keyUri = `kms://${maker.kmsHost}/keys/${newId()}`;
      const { requestId } = addition({ room }, party(ken), ken.person.id).request;
      const asked = {
        ...addition({ ...context, room }, party(ken), ken.person.id),
        kind: 'addKey',
        subjects: [],
        keyUri,
        request: { requestId, method: 'update', uri: keyUri, resourceUri: room.resourceUri },
      };
      expect(await say(globex, acme, '/federation/v1/changes', asked)).toMatchObject({ status: 403 });
    }
    expect(await databaseState(acme.database, { without: ['operation'] })).toEqual(before);
  });

  it.each<[string, (uris: { key: string; resource: string }) => object]>([
    ['a key', ({ key }) => ({ method: 'retrieve', uri: key })],
    ['new keys', () => ({ method: 'create', uri: '/keys', count: 3 })],
    ['a resource', () => ({ method: 'create', uri: '/resources', userIds: [], keyUris: [] })],
    ['main keys', () => ({ method: 'retrieve', uri: '/cmk', assignedOrgId: newId() })],
    ['a list', ({ resource }) => ({ method: 'retrieve', uri: `${resource}/authorizations` })],
  ])('asks for %s as if it were a change: refused, and nothing of it is in the answer', async (_, request) => {
    const context = await ground.setting();
    const { ken, key, room } = context;
    const before = await databaseState(acme.database, { without: ['operation'] });
    const asked = addition(context, party(ken), ken.person.id);
    const disguised = {
      ...asked,
      request: { requestId: newId(), ...request({ key: key.uri, resource: room.resourceUri }) },
    };
    const answer = await say(globex, acme, '/federation/v1/changes', disguised);
    expect(answer).toMatchObject({ status: 403, response: null });
    const { claims } = parseReceipt((answer as { receipt: string }).receipt);
    expect(claims).toMatchObject({ code: 'kms/room-mismatch', resourceUri: null, keyUris: [] });
    expect(await databaseState(acme.database, { without: ['operation'] })).toEqual(before);
  });

  it('replays an addition after the removal: the first receipt and nothing more, or a refusal', async () => {
    const context = await ground.setting();
    const { alice, ken, room } = context;
    const hugo = await globex.client();
    const asked = addition(context, party(ken), hugo.person.id);
    const first = (await say(globex, acme, '/federation/v1/changes', asked)) as { status: number; receipt: string };
    expect(first.status).toBe(201);
    expect((await alice.remove(room, hugo.person.id)).status).toBe(200);
    const before = await databaseState(acme.database, { without: ['operation'] });
    expect(await say(globex, acme, '/federation/v1/changes', asked)).toMatchObject({ receipt: first.receipt });
    const renamed = { ...asked, operationId: 'ab'.repeat(32) };
    expect(await say(globex, acme, '/federation/v1/changes', renamed)).toMatchObject({ status: 410 });
    expect(await databaseState(acme.database, { without: ['operation'] })).toEqual(before);
  });

  it('gives an applied change another content under its id: what was decided stands', async () => {
    const context = await ground.setting();
    const { ken } = context;
    const asked = addition(context, party(ken), (await globex.client()).person.id);
    const first = (await say(globex, acme, '/federation/v1/changes', asked)) as { receipt: string };
    const before = await databaseState(acme.database);
    const mole = mallory.person();
    const other = { ...addition(context, party(ken), mole.id), operationId: asked.operationId };
    expect(await say(globex, acme, '/federation/v1/changes', other)).toMatchObject({ receipt: first.receipt });
    expect(await databaseState(acme.database)).toEqual(before);
  });

  it('closes or asks about changes of others: it learns neither their outcome nor their answer, and changes nothing', async () => {
    const { room } = await ground.setting();
    const mole = await mallory.client();
    const before = await databaseState(acme.database);
    const { operationId } = room.frame;
    const closure = { operationId, kind: 'add', roomId: room.roomId, actor: party(mole), code: 'kms/reset' };
    const closed = (await say(mallory, acme, '/federation/v1/closures', closure)) as { receipt: string };
    expect(closed).toMatchObject({ status: 403, response: null });
    expect(parseReceipt(closed.receipt).claims).toMatchObject({ code: 'kms/room-mismatch', subjects: [], keyUris: [] });
    const change = { ...addition({ room }, party(mole), mole.person.id), operationId };
    expect(await say(mallory, acme, '/federation/v1/changes', change)).toMatchObject({ status: 403, response: null });
    expect(await databaseState(acme.database)).toEqual(before);
  });

  it('closes in the name of people elsewhere: nothing is decided', async () => {
    const { ken, room } = await ground.setting();
    const before = await databaseState(acme.database);
    const operationId = 'cd'.repeat(32);
    const closure = { operationId, kind: 'add', roomId: room.roomId, actor: party(ken), code: 'kms/reset' };
    expect(await codeOf(say(mallory, acme, '/federation/v1/closures', closure))).toBe('kms/not-authorized');
    expect(await databaseState(acme.database)).toEqual(before);
  });

  it('tells of lists that nobody here asked for: no trace stays', async () => {
    const before = await databaseState(acme.database);
    const resourceUri = `kms://${mallory.kmsHost}/resources/${newId()}`;
    const recalled = { resourceUri, authorizationVersion: Number.MAX_SAFE_INTEGER, revocationEpoch: 7 };
    await say(mallory, acme, '/federation/v1/recalls', recalled);
    expect(await databaseState(acme.database)).toEqual(before);
  });
});
