import assert from 'node:assert/strict';
import type { Case } from './case.ts';

export const moderators: readonly Case[] = [
  {
    name: 'lets moderators alone change a list that has one, everybody leave, and opens it with the last (wires §9)',
    run: async (world) => {
      const [alice, bob] = [await world.device(), await world.device()];
      const room = await alice.createRoom([bob.person.id]);
      assert.ok((await alice.appoint(room, alice.person.id)).status < 400);
      const refused = await bob.add(room, world.person().id);
      assert.deepEqual([refused.status, refused.response?.cloister?.code], [403, 'kms/moderators-only']);
      assert.equal((await bob.appoint(room, bob.person.id)).status, 403);
      const moderating = await bob.ask({ method: 'retrieve', uri: `${room.resourceUri}/moderators` });
      assert.deepEqual(
        moderating.authorizations?.map(({ authId }) => authId),
        [alice.person.id],
      );
      assert.ok((await alice.dismiss(room, alice.person.id)).status < 400);
      assert.equal((await bob.add(room, world.person().id)).status, 201);
      assert.equal((await bob.remove(room, bob.person.id)).status, 200);
    },
  },
  {
    name: 'appoints only who is on the list',
    run: async (world) => {
      const alice = await world.device();
      const room = await alice.createRoom();
      assert.ok((await alice.appoint(room, world.person().id)).status >= 400);
    },
  },
];
