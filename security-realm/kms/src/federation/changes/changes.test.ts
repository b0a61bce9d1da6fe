import { parseReceipt, receiptHash } from '@cloister/receipts';
import type { UserId } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from '../../testing/test-client.ts';
import type { TestRealm } from '../../testing/test-realm.ts';
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
  acme.identity.isSilent = false;
});
afterAll(() => realms.close());

const party = ({ person }: TestClient) => ({ id: person.id, organisationId: person.organisationId });
/** Ids, in an order of their own. */
const listed = async (client: TestClient, resourceUri: string) => {
  const { authorizations = [] } = await client.ask({ method: 'retrieve', uri: `${resourceUri}/authorizations` });
  return authorizations.map(({ authId }) => authId).sort();
};
const ids = (...people: readonly { readonly id: string }[]) => people.map(({ id }) => id).sort();

/** A room of Alice of Acme with Ken of Globex in it. */
const setting = async () => {
  const [alice, ken] = [await acme.client(), await globex.client()];
  const room = await alice.createRoom([ken.person.id]);
  return { alice, ken, room };
};

const bind = async (
  client: TestClient,
  room: { roomId: never; resourceUri: never } | Awaited<ReturnType<typeof setting>>['room'],
) => {
  const key = await client.createKey();
  const { roomId, resourceUri } = room;
  const ask = { method: 'update', uri: key.uri, resourceUri };
  const result = await client.operate(await client.frame('addKey', ask, { roomId, resourceUri, keyUri: key.uri }));
  return { key, result };
};

describe('a change of a room that is at home elsewhere', () => {
  it('is authenticated by the own key server, decided by home, and signed by home alone (R320, R362)', async () => {
    const { alice, ken, room } = await setting();
    const [hugo, wesker] = [globex.person(), umbrella.person()];
    const added = await ken.add(room, hugo.id, wesker.id);
    expect(added).toMatchObject({ status: 201, response: { status: 201 } });
    const claims = await acme.claimsOf(added.receipt);
    expect(claims).toMatchObject({
      iss: acme.kmsHost,
      operation: 'add',
      actor: party(ken),
      authorizationVersion: 2,
      subjects: [
        { id: hugo.id, organisationId: globex.organisationId },
        { id: wesker.id, organisationId: umbrella.organisationId },
      ],
    });
    expect(claims.previous).toBe(await receiptHash(room.receipt));
    expect(await listed(alice, room.resourceUri)).toEqual(ids(alice.person, ken.person, hugo, wesker));
  });

  it('is made once however often it comes, with the same receipt and a reply each time (architecture §5)', async () => {
    const { ken, room } = await setting();
    const hugo = globex.person();
    const ask = { method: 'create', uri: '/authorizations', resourceUri: room.resourceUri, userIds: [hugo.id] };
    const frame = await ken.frame('add', ask, { ...room, subjects: [hugo.id] });
    const [first, second] = [await ken.operate(frame), await ken.operate(frame)];
    expect(second.receipt).toBe(first.receipt);
    expect(second.response).toMatchObject({ status: 201, authorizations: first.response?.authorizations });
  });

  it('is refused for good where home refuses, with home’s receipt', async () => {
    const { alice, ken, room } = await setting();
    await alice.appoint(room, alice.person.id);
    const refused = await ken.add(room, globex.person().id);
    expect(refused).toMatchObject({
      status: 403,
      response: { status: 403, cloister: { code: 'kms/moderators-only' } },
    });
    expect(await acme.claimsOf(refused.receipt)).toMatchObject({
      status: 403,
      code: 'kms/moderators-only',
      actor: party(ken),
    });
  });

  it('is closed at home where the own key server refuses: a late copy changes nothing', async () => {
    const { alice, ken, room } = await setting();
    const hugo = globex.person();
    const ask = { method: 'create', uri: '/authorizations', resourceUri: room.resourceUri, userIds: [hugo.id] };
    // The core's half names somebody else.
    const frame = await ken.frame('add', ask, { ...room, subjects: [globex.person().id] });
    const refused = await ken.operate(frame);
    expect(refused).toMatchObject({ status: 403, response: { cloister: { code: 'kms/room-mismatch' } } });
    expect(await acme.claimsOf(refused.receipt)).toMatchObject({ status: 403, operationId: frame.operationId });
    const again = await ken.operate({ ...frame, subjects: [hugo.id] });
    expect(again.receipt).toBe(refused.receipt);
    expect(await listed(alice, room.resourceUri)).toEqual(ids(alice.person, ken.person));
  });

  it('is met with silence while home is out of reach, and decided when it comes back', async () => {
    const { ken, room } = await setting();
    const hugo = globex.person();
    const ask = { method: 'create', uri: '/authorizations', resourceUri: room.resourceUri, userIds: [hugo.id] };
    const frame = await ken.frame('add', ask, { ...room, subjects: [hugo.id] });
    realms.cut(acme, globex);
    await expect(ken.operate(frame)).rejects.toThrow('silence');
    realms.mend();
    expect((await ken.operate(frame)).status).toBe(201);
  });

  it('follows home’s word when the core asked home first: closed is closed', async () => {
    const { ken, room } = await setting();
    const hugo = globex.person();
    const ask = { method: 'create', uri: '/authorizations', resourceUri: room.resourceUri, userIds: [hugo.id] };
    const frame = await ken.frame('add', ask, { ...room, subjects: [hugo.id] });
    const { operationId, kind, roomId, userId, organisationId } = frame;
    const closed = await acme.kms.handleOperationStatus({ operationId, kind, roomId, userId, organisationId });
    expect(closed?.status).toBe(410);
    const late = await ken.operate(frame);
    expect(late).toMatchObject({ status: 410, receipt: closed?.receipt });
  });

  it('has identity asked who is new to a list and of another realm, about nobody else, and waits while it is silent', async () => {
    const { identity } = acme;
    identity.questions.length = 0;
    const { alice, ken, room } = await setting();
    const hugo = globex.person();
    expect((await ken.add(room, hugo.id)).status).toBe(201);
    expect(identity.questions).toEqual([[ken.person.id], [hugo.id]]);
    await alice.add(room, acme.person().id);
    await alice.appoint(room, alice.person.id);
    expect((await alice.remove(room, hugo.id)).status).toBe(200);
    expect(identity.questions).toHaveLength(2);
    identity.isSilent = true;
    await expect(alice.add(room, hugo.id)).rejects.toThrow('silence');
    identity.isSilent = false;
    expect(await listed(alice, room.resourceUri)).not.toContain(hugo.id);
    expect((await alice.add(room, hugo.id)).status).toBe(201);
  });

  it('puts nobody on a list who has left their organisation, wherever that is', async () => {
    const { alice, room } = await setting();
    const hugo = globex.person();
    globex.identity.deactivate(hugo);
    expect(await alice.add(room, hugo.id)).toMatchObject({
      status: 403,
      response: { cloister: { code: 'kms/not-authorized' } },
    });
  });

  it('lets people of other organisations leave, and be removed', async () => {
    const { alice, ken, room } = await setting();
    const hugo = await globex.client();
    await ken.add(room, hugo.person.id);
    expect((await ken.remove(room, hugo.person.id)).status).toBe(200);
    expect((await ken.remove(room, ken.person.id)).status).toBe(200);
    expect(await listed(alice, room.resourceUri)).toEqual([alice.person.id]);
    expect((await ken.add(room, hugo.person.id)).status).toBe(403);
  });
});

describe('a key for a room that is at home elsewhere', () => {
  it('is made and given by its maker’s own key server, to everybody on home’s list and nobody else (R310, R365)', async () => {
    const { alice, ken, room } = await setting();
    const [wesker, stranger] = [await umbrella.client(), await umbrella.client()];
    await alice.add(room, wesker.person.id);
    const { key, result } = await bind(ken, room);
    expect(result.response).toMatchObject({ status: 200, key: { jwk: key.jwk, resourceUri: room.resourceUri } });
    expect(parseReceipt(result.receipt).claims).toMatchObject({ iss: acme.kmsHost, keyUris: [key.uri] });
    for (const reader of [ken, alice, wesker]) {
      const { key: given } = await reader.ask({ method: 'retrieve', uri: key.uri });
      expect(given).toMatchObject({ jwk: key.jwk, resourceUri: room.resourceUri, cloister: { roomId: room.roomId } });
    }
    expect((await stranger.ask({ method: 'retrieve', uri: key.uri })).status).toBe(403);
  });

  it('stays after an hour, when an unbound one is deleted', async () => {
    const { alice, ken, room } = await setting();
    const { key } = await bind(ken, room);
    acme.pass(2 * 3600 * 1000);
    await globex.kms.maintain();
    const later = await acme.client(alice.person);
    expect((await later.ask({ method: 'retrieve', uri: key.uri })).key?.jwk).toEqual(key.jwk);
  });

  it('is nobody’s who left, not even its maker’s (R333)', async () => {
    const { alice, ken, room } = await setting();
    const { key } = await bind(ken, room);
    await alice.remove(room, ken.person.id);
    await acme.kms.tellPeers();
    expect((await ken.ask({ method: 'retrieve', uri: key.uri })).status).toBe(403);
    expect((await alice.ask({ method: 'retrieve', uri: key.uri })).key?.jwk).toEqual(key.jwk);
  });

  it('that was bound before somebody left becomes live no more (R333)', async () => {
    const { alice, ken, room } = await setting();
    const hugo = globex.person();
    await alice.add(room, hugo.id);
    const { key } = await bind(ken, room);
    await alice.remove(room, hugo.id);
    const { roomId, resourceUri } = room;
    const ask = { method: 'update', uri: key.uri, resourceUri };
    const again = await ken.operate(await ken.frame('updateKey', ask, { roomId, resourceUri, keyUri: key.uri }));
    expect(again).toMatchObject({ status: 409, response: { cloister: { code: 'kms/conflict' } } });
  });

  it('is not bound by anybody but its maker, nor for a second room', async () => {
    const { alice, ken, room } = await setting();
    const { key } = await bind(ken, room);
    const other = await alice.createRoom([ken.person.id]);
    const again = { method: 'update', uri: key.uri, resourceUri: other.resourceUri };
    const outer = { roomId: other.roomId, resourceUri: other.resourceUri, keyUri: key.uri };
    expect(await ken.operate(await ken.frame('addKey', again, outer))).toMatchObject({ status: 409 });
    expect(await alice.operate(await alice.frame('addKey', again, outer))).toMatchObject({ status: 403 });
  });
});

describe('the list of a room that is at home elsewhere', () => {
  it('is read from the own key server by those on it, with everybody who can open what is said (R344, R362)', async () => {
    const { alice, ken, room } = await setting();
    const wesker = umbrella.person();
    await alice.add(room, wesker.id);
    expect(await listed(ken, room.resourceUri)).toEqual(ids(alice.person, ken.person, wesker));
    const { cloister } = await ken.ask({ method: 'retrieve', uri: `${room.resourceUri}/authorizations` });
    expect(cloister).toMatchObject({ authorizationVersion: 2 });
    expect([...((cloister?.keyServers ?? []) as string[])].sort()).toEqual([
      acme.kmsHost,
      globex.kmsHost,
      umbrella.kmsHost,
    ]);
    const own = await alice.ask({ method: 'retrieve', uri: `${room.resourceUri}/authorizations` });
    expect([...((own.cloister?.keyServers ?? []) as string[])].sort()).toEqual([
      acme.kmsHost,
      globex.kmsHost,
      umbrella.kmsHost,
    ]);
    const stranger = await globex.client();
    expect((await stranger.ask({ method: 'retrieve', uri: `${room.resourceUri}/authorizations` })).status).toBe(403);
  });

  it('says of everybody of other organisations which one, at home and elsewhere (wires §13)', async () => {
    const { alice, ken, room } = await setting();
    const wesker = umbrella.person();
    await alice.add(room, wesker.id);
    const affiliations = async (client: typeof alice) => {
      const { authorizations = [] } = await client.ask({
        method: 'retrieve',
        uri: `${room.resourceUri}/authorizations`,
      });
      return new Map(authorizations.map(({ authId, cloister }) => [authId, cloister?.organisationId]));
    };
    expect(await affiliations(alice)).toEqual(
      new Map([
        [alice.person.id, undefined],
        [ken.person.id, ken.person.organisationId],
        [wesker.id, wesker.organisationId],
      ]),
    );
    expect(await affiliations(ken)).toEqual(
      new Map([
        [alice.person.id, alice.person.organisationId],
        [ken.person.id, undefined],
        [wesker.id, wesker.organisationId],
      ]),
    );
  });

  it('names moderators, and one person when asked for one', async () => {
    const { alice, ken, room } = await setting();
    await alice.appoint(room, alice.person.id);
    const moderators = await ken.ask({ method: 'retrieve', uri: `${room.resourceUri}/moderators` });
    expect(moderators.authorizations?.map(({ authId }) => authId)).toEqual([alice.person.id]);
    const one = await ken.ask({
      method: 'retrieve',
      uri: `${room.resourceUri}/authorizations?authId=${ken.person.id}`,
    });
    expect(one.authorizations?.map(({ authId }) => authId)).toEqual([ken.person.id]);
  });
});

describe('a hostile key server', () => {
  const change = async (
    room: Awaited<ReturnType<typeof setting>>['room'],
    actor: { id: UserId; organisationId: never } | ReturnType<typeof party>,
    subject: UserId,
  ) => ({
    operationId: 'ab'.repeat(32),
    kind: 'add',
    roomId: room.roomId,
    actor,
    resourceUri: room.resourceUri,
    subjects: [subject],
    clientId: 'https://core.example/devices/1',
    request: {
      requestId: 'x',
      method: 'create',
      uri: '/authorizations',
      resourceUri: room.resourceUri,
      userIds: [subject],
    },
  });
  const askAs = (realm: TestRealm, body: unknown) =>
    acme.kms.peerRoutes
      .find(({ path }) => path.endsWith('/changes'))
      ?.answer({
        peer: { kmsHost: realm.kmsHost, organisationIds: [realm.organisationId] },
        body,
        signal: new AbortController().signal,
      });

  it('speaks for people of another organisation: nothing is decided', async () => {
    const { ken, room } = await setting();
    const body = await change(room, party(ken), umbrella.person().id);
    await expect(askAs(umbrella, body)).rejects.toMatchObject({ code: 'kms/not-authorized' });
    const { operationId, kind, roomId } = body as never;
    expect(
      await acme.kms.handleOperationStatus({
        operationId,
        kind,
        roomId,
        userId: ken.person.id,
        organisationId: ken.person.organisationId,
      }),
    ).toMatchObject({ status: 410 });
  });

  it('says that a person of another organisation is one of its own: refused', async () => {
    const { alice, ken, room } = await setting();
    const actor = { id: ken.person.id, organisationId: umbrella.organisationId };
    const body = { ...(await change(room, actor, umbrella.person().id)), operationId: 'cd'.repeat(32) };
    expect(await askAs(umbrella, body)).toMatchObject({ body: { status: 403 } });
    expect(await listed(alice, room.resourceUri)).toEqual(ids(alice.person, ken.person));
  });

  it('passes on another change than the core knows, or one for a room that is not the resource’s: refused', async () => {
    const { alice, ken, room } = await setting();
    const other = await alice.createRoom([ken.person.id]);
    const body = await change(room, party(ken), globex.person().id);
    const mixed = { ...body, operationId: 'ef'.repeat(32), roomId: other.roomId };
    expect(await askAs(globex, mixed)).toMatchObject({ body: { status: 403 } });
    const swapped = { ...body, operationId: '01'.repeat(32), subjects: [globex.person().id] };
    expect(await askAs(globex, swapped)).toMatchObject({ body: { status: 403 } });
    expect(await listed(alice, room.resourceUri)).toEqual(ids(alice.person, ken.person));
  });
});
