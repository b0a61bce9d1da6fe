import assert from 'node:assert/strict';
import { type ListClaims, receiptHash, verifyList, verifyReaders, verifyReceipt } from '@cloister/receipts';
import { newId } from '@cloister/wire';
import type { Person } from '../surroundings/identity.ts';
import type { World } from '../world.ts';
import type { Case } from './case.ts';

/** A room of a person of the realm with one of the peer's, and a key in it. */
const setting = async (world: World) => {
  const [alice, ken] = [await world.device(), world.foreigner()];
  const key = await alice.createKey();
  const room = await alice.createRoom([ken.id], [key.uri]);
  return { alice, ken, key, room };
};

const listOf = async ({ peer, kmsHost, issuer }: World, resourceUri: string): Promise<ListClaims | number> => {
  const { status, body } = await peer.ask('POST', '/federation/v1/lists', { resourceUri });
  if (status !== 200) return status;
  const home = { kmsHost, keyNamed: async () => issuer.key };
  return verifyList((body as { list: string }).list, home, {
    resourceUri: resourceUri as never,
    audience: peer.kmsHost,
  });
};

const keysOf = async ({ peer }: World, ...keyUris: string[]) => {
  const { status, body } = await peer.ask('POST', '/federation/v1/keys', { keyUris });
  assert.equal(status, 200);
  return (body as { keys: { uri: string; jwk?: { k: string }; code?: string }[] }).keys;
};

/** The body of a change that the peer passes on. */
const changeBy = (
  actor: Person,
  room: { roomId: string; resourceUri: string },
  request: object,
  subjects: string[],
) => ({
  operationId: crypto.getRandomValues(Buffer.alloc(32)).toString('hex'),
  kind: 'add',
  roomId: room.roomId,
  actor: { id: actor.id, organisationId: actor.organisationId },
  resourceUri: room.resourceUri,
  subjects,
  clientId: 'https://core.example/devices/1',
  request: { requestId: newId(), ...request },
});

const adding = (actor: Person, room: { roomId: string; resourceUri: string }, subject: Person) => {
  const { resourceUri } = room;
  const request = { method: 'create', uri: '/authorizations', resourceUri, userIds: [subject.id] };
  return changeBy(actor, room, request, [subject.id]);
};

export const atHome: readonly Case[] = [
  {
    name: 'puts people of another realm on a list by identity’s word, and signs the list for that realm (R365)',
    run: async (world) => {
      const { alice, ken, room } = await setting(world);
      const list = (await listOf(world, room.resourceUri)) as ListClaims;
      assert.deepEqual([list.roomId, list.organisationId, list.isFrozen], [room.roomId, world.organisationId, false]);
      assert.deepEqual(
        list.people.map(({ id, organisationId }) => [id, organisationId]).sort(),
        [
          [alice.person.id, world.organisationId],
          [ken.id, world.peer.organisationId],
        ].sort(),
      );
      assert.ok(Math.abs(Date.now() / 1000 - list.issuedAt) < 60);
    },
  },
  {
    name: 'gives a realm keys of resources on which it has somebody, and of no others (R365)',
    run: async (world) => {
      const { alice, key } = await setting(world);
      const other = await alice.createKey();
      const own = await alice.createRoom([], [other.uri]);
      const [given, refused] = await keysOf(world, key.uri, other.uri);
      assert.deepEqual([given?.uri, given?.jwk?.k], [key.uri, key.jwk.k]);
      assert.ok(
        refused?.jwk === undefined && refused?.code?.startsWith('kms/') === true,
        'a key of a resource with nobody of theirs',
      );
      assert.equal(await listOf(world, own.resourceUri), 404);
      const unknown = `kms://${world.kmsHost}/keys/${newId()}`;
      assert.deepEqual((await keysOf(world, unknown))[0]?.code, refused?.code, 'absent and not allowed look alike');
    },
  },
  {
    name: 'recalls a list at once from a realm that was given it, with the newer version, and gives it neither list nor keys then (R333)',
    run: async (world) => {
      const { alice, ken, key, room } = await setting(world);
      const { authorizationVersion } = (await listOf(world, room.resourceUri)) as ListClaims;
      const recalled = world.peer.until(
        ({ path, body }) => path.endsWith('/recalls') && body.resourceUri === room.resourceUri,
      );
      assert.equal((await alice.remove(room, ken.id)).status, 200);
      const { body } = await recalled;
      assert.ok(Number(body.authorizationVersion) > authorizationVersion, 'the version that is not to be undercut');
      assert.equal(await listOf(world, room.resourceUri), 404);
      assert.equal((await keysOf(world, key.uri))[0]?.jwk, undefined);
    },
  },
  {
    name: 'lists grow in version with each change',
    run: async (world) => {
      const { alice, room } = await setting(world);
      const versions: number[] = [];
      for (let at = 0; at < 3; at += 1) {
        versions.push(((await listOf(world, room.resourceUri)) as ListClaims).authorizationVersion);
        assert.equal((await alice.add(room, world.person().id)).status, 201);
      }
      assert.ok(
        versions.every((version, at) => at === 0 || version > Number(versions[at - 1])),
        `versions ${versions.join()}`,
      );
    },
  },
  {
    name: 'decides changes that another key server passes on for its people, once, in the same chain of receipts (R320)',
    run: async (world) => {
      const { alice, ken, room } = await setting(world);
      const hugo = world.foreigner();
      const change = adding(ken, room, hugo);
      const { status, body } = await world.peer.ask('POST', '/federation/v1/changes', change);
      const decided = body as { status: number; receipt: string; response: { status: number } };
      assert.deepEqual([status, decided.status, decided.response.status], [200, 201, 201]);
      const claims = await verifyReceipt(decided.receipt, world.issuer);
      assert.deepEqual(
        [claims.operationId, claims.actor, claims.subjects],
        [change.operationId, change.actor, [{ id: hugo.id, organisationId: hugo.organisationId }]],
      );
      assert.equal(claims.previous, await receiptHash(room.result.receipt));
      const again = await world.peer.ask('POST', '/federation/v1/changes', change);
      assert.equal((again.body as typeof decided).receipt, decided.receipt);
      assert.ok((await alice.listed(room.resourceUri)).includes(hugo.id));
      world.monitor.follows(room.resourceUri, await receiptHash(decided.receipt));
    },
  },
  {
    name: 'lets a key server speak for its own people alone (R365)',
    run: async (world) => {
      const { alice, room } = await setting(world);
      const before = await alice.listed(room.resourceUri);
      const impostors = [
        alice.person,
        { ...alice.person, organisationId: world.peer.organisationId },
        world.foreigner(),
      ];
      for (const actor of impostors) {
        const { status, body } = await world.peer.ask(
          'POST',
          '/federation/v1/changes',
          adding(actor, room, world.foreigner()),
        );
        const decided = (body as { status: number }).status;
        assert.ok(status >= 400 || decided >= 400, `decided with ${decided}`);
      }
      assert.deepEqual(await alice.listed(room.resourceUri), before);
    },
  },
  {
    name: 'closes for good what the asking key server refused by itself',
    run: async (world) => {
      const { alice, ken, room } = await setting(world);
      const hugo = world.foreigner();
      const change = adding(ken, room, hugo);
      const { operationId, kind, roomId, actor } = change;
      const closing = { operationId, kind, roomId, actor, code: 'kms/room-mismatch' };
      const { status, body } = await world.peer.ask('POST', '/federation/v1/closures', closing);
      const closed = body as { status: number; receipt: string };
      assert.equal(status, 200);
      const claims = await verifyReceipt(closed.receipt, world.issuer);
      assert.deepEqual([claims.code, claims.status >= 400], ['kms/room-mismatch', true]);
      const late = await world.peer.ask('POST', '/federation/v1/changes', change);
      assert.equal((late.body as typeof closed).receipt, closed.receipt);
      assert.ok(!(await alice.listed(room.resourceUri)).includes(hugo.id));
    },
  },
  {
    name: 'removes somebody of another realm who left their organisation, at identity’s word, and tells the core (R332)',
    run: async (world) => {
      const { alice, ken, room } = await setting(world);
      const subject = { id: ken.id, organisationId: ken.organisationId };
      const asked = { resourceUri: room.resourceUri, subject, leaver: { entry: 1 } };
      const early = await world.peer.ask('POST', '/federation/v1/removals', asked);
      assert.ok(early.status >= 400, 'nobody left: identity says that the person is active');
      assert.ok((await alice.listed(room.resourceUri)).includes(ken.id));
      const told = world.core.removal();
      const entry = world.identity.deactivate(ken, world.foreigner());
      const { status } = await world.peer.ask('POST', '/federation/v1/removals', { ...asked, leaver: { entry } });
      assert.equal(status, 204);
      const removal = await told;
      assert.deepEqual([removal.resourceUri, removal.subject], [room.resourceUri, subject]);
      assert.ok(!(await alice.listed(room.resourceUri)).includes(ken.id));
    },
  },
  {
    name: 'states which machines its organisations let read, signed, and nothing of organisations of others (R344)',
    run: async (world) => {
      const { peer, kmsHost, issuer, organisationId } = world;
      const organisationIds = [organisationId, peer.organisationId];
      const { status, body } = await peer.ask('POST', '/federation/v1/readers', { organisationIds });
      assert.equal(status, 200);
      const { statements } = body as { statements: string[] };
      const home = { kmsHost, keyNamed: async () => issuer.key };
      const stated = await Promise.all(statements.map((each) => verifyReaders(each, home, peer.kmsHost)));
      assert.deepEqual(
        stated.map((each) => [each.organisationId, each.functions]),
        [[organisationId, []]],
      );
    },
  },
];
