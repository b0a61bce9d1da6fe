import dns from 'node:dns';
import net from 'node:net';
import { sql } from '@cloister/database';
import { type ListClaims, listLeaseMs, parseReceipt, signList } from '@cloister/receipts';
import { CloisterError, idOf, type KeyUri, maxFederatedKeys, newId, type UserId } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { keyObjectOf } from '../secrets/realm-secrets.ts';
import { databaseState } from '../testing/database-state.ts';
import type { TestClient } from '../testing/test-client.ts';
import type { TestRealm } from '../testing/test-realm.ts';
import type { Route } from './http/route.ts';
import { shareRoom } from './testing/shared-room.ts';
import { TestRealms } from './testing/test-realms.ts';

let realms: TestRealms;
let acme: TestRealm;
let globex: TestRealm;
/** The hostile one. */
let mallory: TestRealm;

beforeAll(async () => {
  realms = await TestRealms.open('acme', 'globex', 'mallory');
  [acme, globex, mallory] = realms.all as [TestRealm, TestRealm, TestRealm];
}, 120_000);
afterEach(() => {
  realms.hostile = null;
});
afterAll(() => realms.close());

/** What a realm's key server says to another of its own choosing, past everything an honest one would check first. */
const say = async (from: TestRealm, to: TestRealm, path: Route['path'], body: object): Promise<unknown> => {
  const route = to.kms.peerRoutes.find((each) => each.path === path);
  const peer = { kmsHost: from.kmsHost, organisationIds: [from.organisationId, from.sisterOrganisationId] };
  const { signal } = new AbortController();
  const answer = await route?.answer({ peer, body: JSON.parse(JSON.stringify(body)), signal });
  return answer !== undefined && 'body' in answer ? answer.body : null;
};

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'answered',
    (error: unknown) => (error instanceof CloisterError ? error.code : `${error}`),
  );

const read = (client: TestClient, uri: string) => client.ask({ method: 'retrieve', uri });
const party = ({ person }: TestClient) => ({ id: person.id, organisationId: person.organisationId });
const eventsOf = ({ logged }: TestRealm) =>
  logged
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { event: string; kmsHost?: string; code?: string });

const setting = () => shareRoom(acme, globex);
type Setting = Awaited<ReturnType<typeof setting>>;

/** A change of that room as the key server of `actor` passes it on. */
const addition = ({ room }: Pick<Setting, 'room'>, actor: ReturnType<typeof party>, subject: UserId) => ({
  operationId: (newId() + newId()).replaceAll('-', ''),
  kind: 'add',
  roomId: room.roomId,
  actor,
  resourceUri: room.resourceUri,
  subjects: [subject],
  clientId: `https://core.example/devices/${newId()}`,
  request: {
    requestId: newId(),
    method: 'create',
    uri: '/authorizations',
    resourceUri: room.resourceUri,
    userIds: [subject],
  },
});

describe('a hostile key server that asks (threats rows 14-17)', () => {
  it('for a room that it is not in hears the same as for one that is not there; it holds nothing, and the audit has it', async () => {
    const { room, key } = await setting();
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
    const { key } = await setting();
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
    const { ken, room } = await setting();
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
    const context = await setting();
    const mole = await mallory.client();
    const before = await databaseState(acme.database, { without: ['operation'] });
    expect(
      await say(mallory, acme, '/federation/v1/changes', addition(context, party(mole), mole.person.id)),
    ).toMatchObject({ status: 403, response: { cloister: { code: 'kms/not-authorized' } } });
    expect(await databaseState(acme.database, { without: ['operation'] })).toEqual(before);
  });

  it('adds somebody whom identity does not know: refused', async () => {
    const context = await setting();
    const before = await databaseState(acme.database, { without: ['operation'] });
    const asked = addition(context, party(context.ken), newId<UserId>());
    expect(await say(globex, acme, '/federation/v1/changes', asked)).toMatchObject({ status: 403 });
    expect(await databaseState(acme.database, { without: ['operation'] })).toEqual(before);
  });

  it('binds a key that it did not make: refused', async () => {
    const { ken, room, ...context } = await setting();
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
    const context = await setting();
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
    const context = await setting();
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
    const context = await setting();
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
    const { room } = await setting();
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
    const { ken, room } = await setting();
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

/** What Acme's key server says of lists, signed by it: any list at all. */
const saysList = (change: (claims: ListClaims) => Partial<ListClaims>, signedBy: TestRealm = acme) => {
  const { kid } = signedBy.secrets.receiptKey;
  const signer = { kid, key: keyObjectOf(signedBy.secrets.receiptKey) };
  realms.hostile = async (_from, to, path, body) => {
    if (to !== acme.kmsHost || !path.endsWith('/lists')) return body;
    const [, payload = ''] = (body as { list: string }).list.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as ListClaims;
    return { list: await signList({ ...claims, ...change(claims) }, signer) };
  };
};

/** Ken asks for the key: his key server has to ask Acme's for the list. */
const refusedBy = async ({ ken, key }: Setting, code = 'kms/peer-broken') => {
  const before = await databaseState(globex.database, { without: ['foreign_key', 'foreign_key_mark', 'kek'] });
  globex.logged = '';
  expect(await read(ken, key.uri)).toMatchObject({ cloister: { code } });
  expect(await databaseState(globex.database, { without: ['foreign_key', 'foreign_key_mark', 'kek'] })).toEqual(before);
};
const seen = (event: string) =>
  expect(eventsOf(globex)).toContainEqual(
    expect.objectContaining({ event, kmsHost: acme.kmsHost, code: 'kms/peer-broken' }),
  );

describe('a hostile home that answers with a list', () => {
  it.each<[string, (claims: ListClaims) => Partial<ListClaims>]>([
    ['of another resource', () => ({ resourceUri: `kms://${acme.kmsHost}/resources/${newId()}` as never })],
    ['of another realm’s resource', () => ({ resourceUri: `kms://${mallory.kmsHost}/resources/${newId()}` as never })],
    ['in the name of another home', () => ({ iss: mallory.kmsHost })],
    ['for another realm', () => ({ aud: mallory.kmsHost })],
    ['of a resource that is an organisation’s of this realm', () => ({ organisationId: globex.organisationId })],
    ['of a resource that is nobody’s', () => ({ organisationId: newId() })],
    [
      'with a person of this realm as somebody else’s',
      ({ people }) => ({ people: people.map((each) => ({ ...each, organisationId: mallory.organisationId })) }),
    ],
  ])('%s is not believed; it is logged, and nothing is kept', async (_, change) => {
    const context = await setting();
    saysList(change);
    await refusedBy(context);
    seen('peer.list-refused');
    realms.hostile = null;
    expect((await read(context.ken, context.key.uri)).status).toBe(200);
  });

  it('signed with another realm’s key is not believed', async () => {
    const context = await setting();
    saysList(() => ({}), mallory);
    globex.logged = '';
    expect(await read(context.ken, context.key.uri)).toMatchObject({ status: 502 });
    expect(eventsOf(globex).map(({ event }) => event)).toContain('peer.list-refused');
  });

  it('older than it told of is not believed, and who was removed stays out (threats row 16)', async () => {
    const context = await setting();
    const { alice, ken, key, room } = context;
    const hugo = await globex.client();
    await alice.add(room, hugo.person.id);
    await acme.kms.tellPeers();
    expect((await read(hugo, key.uri)).status).toBe(200);
    const [row] = await globex.database.rows(
      sql<{ claims: ListClaims }>`select claims from foreign_list where resource_uri = ${room.resourceUri}`,
    );
    await alice.remove(room, hugo.person.id);
    await acme.kms.tellPeers();
    saysList(() => row?.claims ?? {});
    await refusedBy(context);
    seen('peer.list-refused');
    expect(await read(hugo, key.uri)).toMatchObject({ cloister: { code: 'kms/peer-broken' } });
    realms.hostile = null;
    expect((await read(ken, key.uri)).status).toBe(200);
    expect((await read(hugo, key.uri)).status).toBe(403);
  });

  it.each<[string, (claims: ListClaims) => Partial<ListClaims>]>([
    [
      'with somebody more',
      ({ people }) => ({
        people: [...people, { id: newId<UserId>(), organisationId: mallory.organisationId, authorizationId: newId() }],
      }),
    ],
    ['without a departure', ({ departureVersion }) => ({ departureVersion: departureVersion + 1 })],
    ['for another room', () => ({ roomId: newId() })],
    [
      'with another moderator',
      ({ people }) => ({ people: people.map((each) => ({ ...each, moderator: true as const })) }),
    ],
  ])('that says otherwise under the same version, %s, is not believed', async (_, change) => {
    const context = await setting();
    expect((await read(context.ken, context.key.uri)).status).toBe(200);
    globex.pass(listLeaseMs);
    saysList(change);
    const ken = await globex.client(context.ken.person);
    await refusedBy({ ...context, ken });
    seen('peer.list-refused');
  });

  it('lets no machine read what another home says is its organisation’s (R341)', async () => {
    const { key } = await setting();
    globex.identity.switchFunction(globex.organisationId, 'indexing', true);
    const indexer = await globex.machineClient('indexing');
    saysList(() => ({ organisationId: globex.organisationId }));
    expect(await read(indexer, key.uri)).toMatchObject({ cloister: { code: 'kms/peer-broken' } });
    globex.identity.switchFunction(globex.organisationId, 'indexing', false);
  });
});

describe('a hostile key server that answers with keys', () => {
  type Given = { uri: string; jwk: { kid: string; k: string }; resourceUri: string };
  const saysKeys = (change: (keys: Given[]) => unknown[]) => {
    realms.hostile = async (_from, to, path, body) =>
      to === acme.kmsHost && path.endsWith('/keys') ? { keys: change((body as { keys: Given[] }).keys) } : body;
  };
  const other = Buffer.alloc(32, 7).toString('base64url');

  it.each<[string, (keys: Given[]) => unknown[]]>([
    ['under another name', (keys) => keys.map((key) => ({ ...key, uri: `kms://${acme.kmsHost}/keys/${newId()}` }))],
    [
      'under the name of another realm',
      (keys) => keys.map((key) => ({ ...key, uri: `kms://${mallory.kmsHost}/keys/${newId()}` })),
    ],
    [
      'of another name inside',
      (keys) => keys.map(({ jwk, ...key }) => ({ ...key, jwk: { ...jwk, kid: `${jwk.kid}0` } })),
    ],
    ['of another length', (keys) => keys.map(({ jwk, ...key }) => ({ ...key, jwk: { ...jwk, k: 'AAAA' } }))],
    ['that are bound to nothing', (keys) => keys.map(({ resourceUri: _, ...key }) => key)],
    ['twice', (keys) => keys.flatMap((key) => [key, { ...key, jwk: { ...key.jwk, k: other } }])],
    ['fewer than asked for', () => []],
  ])('%s gives nobody any; nothing is kept', async (_, change) => {
    const { ken, key } = await setting();
    const before = await databaseState(globex.database);
    saysKeys(change);
    expect(await read(ken, key.uri)).toMatchObject({ status: 502, cloister: { code: 'kms/peer-broken' } });
    expect(await databaseState(globex.database)).toEqual(before);
    realms.hostile = null;
    expect((await read(ken, key.uri)).key?.jwk).toEqual(key.jwk);
  });

  it.each<[string, (keys: Given[]) => unknown[]]>([
    ['other bytes', (keys) => keys.map(({ jwk, ...key }) => ({ ...key, jwk: { ...jwk, k: other } }))],
    [
      'another resource',
      (keys) => keys.map((key) => ({ ...key, resourceUri: `kms://${acme.kmsHost}/resources/${newId()}` })),
    ],
  ])('%s under the same name later are refused, and logged (threats row 14)', async (_, change) => {
    const { ken, key } = await setting();
    expect((await read(ken, key.uri)).status).toBe(200);
    // It forgets nothing by refusing in between.
    globex.pass(listLeaseMs);
    saysKeys((keys) => keys.map(({ uri }) => ({ uri, code: 'kms/revoked' })));
    const later = await globex.client(ken.person);
    expect((await read(later, key.uri)).status).toBe(405);
    saysKeys(change);
    globex.logged = '';
    expect(await read(later, key.uri)).toMatchObject({ cloister: { code: 'kms/peer-broken' } });
    seen('peer.key-refused');
    realms.hostile = null;
    expect((await read(later, key.uri)).key?.jwk).toEqual(key.jwk);
  });

  it.each(['kms/unauthenticated', 'kms/reset', 'kms/unavailable', 'kms/internal', 'kms/invalid-request'])(
    'and a refusal by %s, which only the own key server may say: it refused, and no more',
    async (code) => {
      const { ken, key } = await setting();
      saysKeys((keys) => keys.map(({ uri }) => ({ uri, code })));
      expect(await read(ken, key.uri)).toMatchObject({ status: 502, cloister: { code: 'kms/peer-refused' } });
      // Its channel lives.
      expect((await ken.ask({ method: 'update', uri: '/ping' })).status).toBe(200);
    },
  );

  it('bound to a resource of a realm that nobody knows: nobody is asked, and nothing of the resource is kept', async () => {
    const { ken, key } = await setting();
    const before = await databaseState(globex.database, { without: ['foreign_key', 'foreign_key_mark', 'kek'] });
    realms.asked.length = 0;
    saysKeys((keys) =>
      keys.map((each) => ({ ...each, resourceUri: `kms://kms.nowhere.example/resources/${newId()}` })),
    );
    expect(await read(ken, key.uri)).toMatchObject({ status: 404, cloister: { code: 'kms/peer-unknown' } });
    expect(realms.asked).toEqual([`${globex.kmsHost} ${acme.kmsHost} /federation/v1/keys`]);
    expect(await databaseState(globex.database, { without: ['foreign_key', 'foreign_key_mark', 'kek'] })).toEqual(
      before,
    );
  });
});

describe('a hostile home that decides', () => {
  type Decided = { status: number; receipt: string; response: Record<string, unknown> | null };
  const says = (change: (decided: Decided) => Partial<Decided> | Promise<Partial<Decided>>) => {
    realms.hostile = async (_from, to, path, body) =>
      to === acme.kmsHost && path.endsWith('/changes')
        ? { ...(body as Decided), ...(await change(body as Decided)) }
        : body;
  };
  const forged = {
    uri: `kms://${'kms.acme.example'}/keys/${newId()}`,
    jwk: { kty: 'oct', k: Buffer.alloc(32).toString('base64url') },
  };
  const key = { ...forged, jwk: { ...forged.jwk, kid: forged.uri } };

  it.each<[string, (decided: Decided, earlier: string) => Partial<Decided>]>([
    ['the receipt of another change', (_, earlier) => ({ receipt: earlier })],
    ['a receipt that it did not sign', ({ receipt }) => ({ receipt: `${receipt.slice(0, -8)}AAAAAAAA` })],
    ['another outcome than its receipt', () => ({ status: 403 })],
    ['another outcome inside', ({ response }) => ({ response: { ...response, status: 403 } })],
    [
      'a right to another room',
      ({ response }) => ({
        response: {
          ...response,
          authorizations: [
            {
              uri: `kms://kms.acme.example/authorizations/${newId()}`,
              authId: newId(),
              resourceUri: `kms://kms.acme.example/resources/${newId()}`,
            },
          ],
        },
      }),
    ],
  ])('and tells %s: silence here, and it is logged; the core asks again', async (_, change) => {
    const { ken, room } = await setting();
    const { receipt } = await ken.add(room, globex.person().id);
    says((decided) => change(decided, receipt));
    globex.logged = '';
    const before = await databaseState(globex.database);
    const hugo = globex.person();
    const ask = { method: 'create', uri: '/authorizations', resourceUri: room.resourceUri, userIds: [hugo.id] };
    const frame = await ken.frame('add', ask, { ...room, subjects: [hugo.id] });
    await expect(ken.operate(frame)).rejects.toThrow('silence');
    seen('peer.decision-refused');
    expect(await databaseState(globex.database)).toEqual(before);
    realms.hostile = null;
    expect((await ken.operate(frame)).status).toBe(201);
  });

  it('and gives keys and words of its own with the answer: they do not reach who asked', async () => {
    const { ken, room } = await setting();
    says(({ response }) => ({
      response: { ...response, key, keys: [key], redirectUri: 'https://evil.example', publicKey: 'x' },
    }));
    const { status, response } = await ken.add(room, globex.person().id);
    expect(status).toBe(201);
    expect(Object.keys(response ?? {}).sort()).toEqual(['authorizations', 'cloister', 'requestId', 'status']);
  });
});

describe('an address that an attacker names (R365, threats row 15)', () => {
  const id = newId();
  const addresses = [
    `kms://user@kms.acme.example/keys/${id}`,
    `kms://user:secret@kms.acme.example/keys/${id}`,
    `kms://kms.acme.example:443/keys/${id}`,
    `kms://kms.acme.example:/keys/${id}`,
    `kms://127.0.0.1/keys/${id}`,
    `kms://[::1]/keys/${id}`,
    `kms://2130706433/keys/${id}`,
    `kms://0x7f000001/keys/${id}`,
    `kms://169.254.169.254/keys/${id}`,
    `kms://localhost/keys/${id}`,
    `kms://kms.acme.example.evil.example/keys/${id}`,
    `kms://kms.acme.example@evil.example/keys/${id}`,
    `kms://kms.acme.example%2eevil.example/keys/${id}`,
    `kms://kms.acme.example#@evil.example/keys/${id}`,
    `kms://kms.acme.example?x=/keys/${id}`,
    `kms://kms.acme.example\\@evil.example/keys/${id}`,
    `kms://KMS.ACME.EXAMPLE/keys/${id}`,
    `kms://kms.acme.example./keys/${id}`,
    `kms://kms.аcme.example/keys/${id}`,
    `kms://kms.acme.example/keys/../keys/${id}`,
    `kms://kms.acme.example//evil.example/keys/${id}`,
    `kms://kms.nowhere.example/keys/${id}`,
    `https://kms.acme.example/keys/${id}`,
    `//kms.acme.example/keys/${id}`,
  ];

  /** Everything that this process dials or looks up while work goes on; unix sockets to database and hsm are no network. */
  const dialled = async (work: () => unknown): Promise<string[]> => {
    const connect = vi.spyOn(net.Socket.prototype, 'connect');
    const lookup = vi.spyOn(dns, 'lookup');
    try {
      await work();
      const places = connect.mock.calls.map(([to]) => JSON.stringify(to)).filter((to) => !to.includes('"path"'));
      return [...places, ...lookup.mock.calls.map(([name]) => name)];
    } finally {
      connect.mockRestore();
      lookup.mockRestore();
    }
  };

  it('would be seen if it were dialled', async () => {
    const places = await dialled(async () => {
      const socket = net.connect({ host: 'localhost', port: 9 });
      socket.on('error', () => {});
      await new Promise((resolve) => socket.once('close', resolve));
    });
    expect(places.some((place) => place.includes('"port":9'))).toBe(true);
    expect(places).toContain('localhost');
  });

  it.each(addresses)('%s is refused, and nobody is dialled or looked up', async (uri) => {
    const ken = await globex.client();
    const before = await databaseState(globex.database);
    realms.asked.length = 0;
    const resource = uri.replace('/keys/', '/resources/');
    const places = await dialled(async () => {
      for (const ask of [
        { method: 'retrieve', uri },
        { method: 'retrieve', uri: `${resource}/authorizations` },
        { method: 'retrieve', uri: resource },
        { method: 'update', uri, resourceUri: resource },
        { method: 'create', uri: '/authorizations', resourceUri: resource, userIds: [ken.person.id] },
      ]) {
        const response = await ken.try(ask);
        expect(response?.status ?? 400).toBeGreaterThanOrEqual(400);
      }
    });
    expect(places).toEqual([]);
    expect(realms.asked).toEqual([]);
    expect(await databaseState(globex.database)).toEqual(before);
  });
});
