import assert from 'node:assert/strict';
import { newId } from '@cloister/wire';
import type { World } from '../world.ts';
import type { Case } from './case.ts';

/** A room at home with the peer, in which a person of the realm is, and a key that the peer made for it. */
const setting = async (world: World) => {
  const alice = await world.device();
  const ken = world.foreigner();
  const room = world.peer.makeResource([alice.person, ken]);
  return { alice, ken, room, key: world.peer.makeKey(room.resourceUri) };
};

const asksOf = ({ peer }: World, path: string, resourceUri: string): number =>
  peer.asked.filter((asked) => asked.path.endsWith(path) && asked.body.resourceUri === resourceUri).length;

export const elsewhere: readonly Case[] = [
  {
    name: 'fetches a key of another realm for a person on home’s list, and judges each of its people by itself (R363, R366)',
    run: async (world) => {
      const { alice, room, key } = await setting(world);
      const { status, key: given } = await alice.ask({ method: 'retrieve', uri: key.uri });
      assert.deepEqual([status, given?.jwk.k, given?.resourceUri], [200, key.k, room.resourceUri]);
      const stranger = await world.device();
      const refused = await stranger.ask({ method: 'retrieve', uri: key.uri });
      assert.deepEqual([refused.status, refused.key], [403, undefined]);
    },
  },
  {
    name: 'asks anew after a recall, and gives the person who is off the list nothing (R333)',
    run: async (world) => {
      const { alice, ken, room, key } = await setting(world);
      assert.equal((await alice.ask({ method: 'retrieve', uri: key.uri })).status, 200);
      world.peer.changeList(room.resourceUri, {
        authorizationVersion: 2,
        departureVersion: 2,
        people: world.peer.listOf(room.resourceUri).people.filter(({ id }) => id === ken.id),
      });
      const { resourceUri } = room;
      const recall = { resourceUri, authorizationVersion: 2, revocationEpoch: 0 };
      assert.equal((await world.peer.ask('POST', '/federation/v1/recalls', recall)).status, 204);
      const before = asksOf(world, '/lists', resourceUri);
      const refused = await alice.ask({ method: 'retrieve', uri: key.uri });
      assert.deepEqual([refused.status >= 400, refused.key], [true, undefined]);
      assert.ok(asksOf(world, '/lists', resourceUri) > before, 'the list was asked for anew');
    },
  },
  {
    name: 'uses no list of an older version than was recalled, however it is signed (threats row 16)',
    run: async (world) => {
      const { alice, room, key } = await setting(world);
      const { resourceUri } = room;
      assert.equal((await alice.ask({ method: 'retrieve', uri: key.uri })).status, 200);
      const old = await world.peer.signList(world.peer.listOf(resourceUri));
      const recall = { resourceUri, authorizationVersion: 2, revocationEpoch: 0 };
      assert.equal((await world.peer.ask('POST', '/federation/v1/recalls', recall)).status, 204);
      world.peer.instead = ({ path }) => (path.endsWith('/lists') ? { status: 200, body: { list: old } } : null);
      const reply = await alice.try({ method: 'retrieve', uri: key.uri });
      assert.equal(reply?.key, undefined);
    },
  },
  {
    name: 'uses no list that is another’s: signed by somebody else, for somebody else, or of another resource',
    run: async (world) => {
      const { peer, kmsHost } = world;
      const changes = [{ aud: peer.kmsHost }, { iss: kmsHost }, { resourceUri: peer.makeResource([]).resourceUri }];
      for (const change of changes) {
        const { alice, room, key } = await setting(world);
        const list = await peer.signList({ ...peer.listOf(room.resourceUri), ...change });
        peer.instead = ({ path }) => (path.endsWith('/lists') ? { status: 200, body: { list } } : null);
        const reply = await alice.try({ method: 'retrieve', uri: key.uri });
        assert.equal(reply?.key, undefined, `a list with another ${Object.keys(change)}`);
      }
    },
  },
  {
    name: 'gives nobody a key under another name than it was asked for',
    run: async (world) => {
      const { alice, key } = await setting(world);
      const other = world.peer.makeKey(world.peer.makeResource([alice.person]).resourceUri);
      world.peer.instead = ({ path }) =>
        path.endsWith('/keys')
          ? { status: 200, body: { keys: [{ uri: key.uri, jwk: { kid: other.uri, kty: 'oct', k: other.k } }] } }
          : null;
      const reply = await alice.try({ method: 'retrieve', uri: key.uri });
      assert.equal(reply?.key, undefined);
    },
  },
  {
    name: 'meets no peer whose certificate is under another root or for another name (R364)',
    run: async (world) => {
      const { alice, key } = await setting(world);
      const pair = await world.peer.certify('kms.nowhere.example' as typeof world.kmsHost);
      const { onOpen } = world.core;
      world.core.onOpen = (stream) => world.peer.serve(stream, pair);
      const asked = world.peer.asked.length;
      // Connections that were made before stay good.
      await world.core.another((link) => link.cut());
      const reply = await alice.try({ method: 'retrieve', uri: key.uri });
      world.core.onOpen = onOpen;
      assert.equal(reply?.key, undefined);
      assert.equal(world.peer.asked.length, asked, 'nothing was asked of who could not prove its name');
    },
  },
  {
    name: 'passes a change of a room elsewhere on to its home, and gives home’s receipt and reply (R320)',
    run: async (world) => {
      const { alice, room } = await setting(world);
      const hugo = world.foreigner();
      world.peer.onChange = async ({ path, body }) => {
        assert.equal(path, '/federation/v1/changes');
        const { operationId, kind, actor, subjects, request } = body as Record<string, never> & {
          request: { requestId: string };
        };
        const party = { id: hugo.id, organisationId: hugo.organisationId };
        const authorization = {
          uri: `kms://${world.peer.kmsHost}/authorizations/${newId()}`,
          authId: hugo.id,
          resourceUri: room.resourceUri,
        };
        assert.deepEqual([kind, subjects, 'client' in request], ['add', [hugo.id], false]);
        const receipt = await world.peer.signReceipt({
          operationId,
          status: 201,
          operation: 'add',
          room: room.roomId,
          resourceUri: room.resourceUri,
          actor,
          subjects: [party],
          keyUris: [],
          authorizationVersion: 2,
          previous: null,
        });
        return {
          status: 200,
          body: {
            status: 201,
            receipt,
            response: { status: 201, requestId: request.requestId, authorizations: [authorization] },
          },
        };
      };
      const asked = world.peer.until(({ path }) => path.endsWith('/changes'));
      const decided = await alice.add(room, hugo.id);
      const { body } = await asked;
      assert.deepEqual(body.actor, { id: alice.person.id, organisationId: world.organisationId });
      assert.equal(body.operationId, decided.operationId);
      assert.deepEqual([decided.status, decided.response?.status], [201, 201]);
      assert.deepEqual(
        decided.response?.authorizations?.map(({ authId }) => authId),
        [hugo.id],
      );
    },
  },
];
