import assert from 'node:assert/strict';
import type { Case } from './case.ts';

export const keys: readonly Case[] = [
  {
    name: 'makes keys that differ, and gives an unbound one to its maker alone (R310)',
    run: async (world) => {
      const [alice, bob] = [await world.device(), await world.device()];
      const { status, keys: made = [] } = await alice.ask({ method: 'create', uri: '/keys', count: 3 });
      assert.deepEqual([status, new Set(made.map(({ jwk }) => jwk.k)).size], [201, 3]);
      for (const { uri, jwk } of made) {
        assert.ok(uri.startsWith(`kms://${world.kmsHost}/keys/`), 'a key is addressed absolutely');
        assert.equal(Buffer.from(jwk.k, 'base64url').length, 32);
      }
      const uri = made[0]?.uri;
      assert.deepEqual((await alice.ask({ method: 'retrieve', uri })).key?.jwk, made[0]?.jwk);
      assert.equal((await bob.ask({ method: 'retrieve', uri })).status, 403);
    },
  },
  {
    name: 'binds a key to a resource and gives it to everybody on the list, and nobody else (R310, R311)',
    run: async (world) => {
      const [alice, bob, carol] = [await world.device(), await world.device(), await world.device()];
      const key = await alice.createKey();
      const room = await alice.createRoom([bob.person.id], [key.uri]);
      const { key: given } = await bob.ask({ method: 'retrieve', uri: key.uri });
      assert.deepEqual([given?.jwk, given?.resourceUri], [key.jwk, room.resourceUri]);
      assert.ok(given?.bindDate, 'a bound key says since when');
      const refused = await carol.ask({ method: 'retrieve', uri: key.uri });
      assert.deepEqual([refused.status, refused.key], [403, undefined]);
    },
  },
  {
    name: 'refuses to bind a key twice to different resources',
    run: async (world) => {
      const alice = await world.device();
      const key = await alice.createKey();
      await alice.createRoom([], [key.uri]);
      const other = await alice.createRoom();
      assert.ok((await alice.bind(other, key.uri)).status >= 400);
    },
  },
  {
    name: 'does once what has one request id, and refuses the id for something else (wires, operation id)',
    run: async (world) => {
      const alice = await world.device();
      const requestId = crypto.randomUUID();
      const one = await alice.ask({ method: 'create', uri: '/resources', requestId });
      const again = await alice.ask({ method: 'create', uri: '/resources', requestId });
      assert.equal(one.status, 201);
      assert.equal(again.resource?.uri, one.resource?.uri);
      const key = await alice.createKey();
      const other = await alice.ask({ method: 'create', uri: '/resources', keyUris: [key.uri], requestId });
      assert.ok(other.status >= 400, 'the same id for another request');
    },
  },
  {
    name: 'keeps lists of resources that no room has: adds, lists, removes; outsiders see nothing (R330, kms.md §1.6)',
    run: async (world) => {
      const [alice, bob, carol] = [await world.device(), await world.device(), await world.device()];
      const { resource } = await alice.ask({ method: 'create', uri: '/resources', userIds: [bob.person.id] });
      const resourceUri = resource?.uri ?? '';
      assert.deepEqual(await bob.listed(resourceUri), [alice.person.id, bob.person.id].sort());
      assert.equal((await carol.ask({ method: 'retrieve', uri: `${resourceUri}/authorizations` })).status, 403);
      const added = await bob.ask({
        method: 'create',
        uri: '/authorizations',
        resourceUri,
        userIds: [carol.person.id],
      });
      assert.deepEqual([added.status, added.authorizations?.map(({ authId }) => authId)], [201, [carol.person.id]]);
      const uri = `${resourceUri}/authorizations?authId=${bob.person.id}`;
      assert.equal((await alice.ask({ method: 'delete', uri })).status, 200);
      assert.deepEqual(await carol.listed(resourceUri), [alice.person.id, carol.person.id].sort());
      assert.equal((await bob.ask({ method: 'retrieve', uri: `${resourceUri}/authorizations` })).status, 403);
    },
  },
  {
    name: 'refuses what is no request, and addresses that play tricks, without an effect (threats row 15)',
    run: async (world) => {
      const alice = await world.device();
      const key = await alice.createKey();
      const id = key.uri.split('/').at(-1);
      const tricks = [
        `kms://x@${world.kmsHost}/keys/${id}`,
        `kms://${world.kmsHost}:443/keys/${id}`,
        `kms://127.0.0.1/keys/${id}`,
        `kms://${world.kmsHost}/keys/../keys/${id}`,
        `https://${world.kmsHost}/keys/${id}`,
      ];
      for (const uri of tricks) {
        const { status, key: given } = await alice.ask({ method: 'retrieve', uri });
        assert.ok(status >= 400 && given === undefined, `${uri} is refused (${status})`);
      }
      assert.ok((await alice.ask({ method: 'shout', uri: '/keys' })).status >= 400);
    },
  },
  {
    name: 'asks no realm that is not in the directory for a key, whatever its address (R363, threats row 15)',
    run: async (world) => {
      const alice = await world.device();
      const before = (await world.core.link()).streams.opened.length;
      const reply = await alice.ask({
        method: 'retrieve',
        uri: `kms://kms.nowhere.example/keys/${crypto.randomUUID()}`,
      });
      assert.ok(reply.status >= 400);
      assert.deepEqual((await world.core.link()).streams.opened.slice(before), []);
    },
  },
];
