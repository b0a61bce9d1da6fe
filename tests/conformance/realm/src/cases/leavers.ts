import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { verifyReceipt } from '@cloister/receipts';
import type { Case } from './case.ts';

/** wires.md §9: "SHA-256 over the length-prefixed `cloister/leaver/v1`, person, resource URI and decimal entry number". */
const leaverOperationId = (...parts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const part of ['cloister/leaver/v1', ...parts]) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(part));
    hash.update(length).update(part);
  }
  return hash.digest('hex');
};

export const leavers: readonly Case[] = [
  {
    name: 'removes who leaves the organisation by itself, and tells the core until it has written it, over a new link too (R332)',
    run: async (world) => {
      const { core, identity } = world;
      const [alice, bob] = [await world.device(), await world.device()];
      const room = await alice.createRoom([bob.person.id]);
      core.writes = false;
      const first = core.removal();
      const entry = identity.deactivate(bob.person, alice.person);
      const removal = await first;
      const { id, organisationId } = bob.person;
      assert.deepEqual(
        [removal.roomId, removal.resourceUri, removal.subject],
        [room.roomId, room.resourceUri, { id, organisationId }],
      );
      assert.equal(removal.operationId, leaverOperationId(id, room.resourceUri, String(entry)));
      const claims = await verifyReceipt(removal.receipt, world.issuer);
      assert.deepEqual(
        [claims.operation, claims.actor.id, claims.subjects, claims.leaver],
        ['remove', alice.person.id, [{ id, organisationId }], { entry }],
      );
      const link = await core.another((before) => before.cut());
      const again = core.removals.findLast(({ operationId }) => operationId === removal.operationId);
      const told =
        again === removal || again === undefined ? await link.until((frame) => frame.type === 'removal') : again;
      assert.equal((told as typeof removal).receipt, removal.receipt, 'the same receipt again');
      core.writes = true;
      link.send({ type: 'removal-recorded', id: removal.id, operationId: removal.operationId });
      let status = 0;
      // Until the core has written it, nothing else of the resource is signed.
      while (status !== 201) status = (await alice.add(room, world.person().id)).status;
      assert.ok(!(await alice.listed(room.resourceUri)).includes(id));
    },
  },
  {
    name: 'gives who left no key and no channel (R332)',
    run: async (world) => {
      const [alice, bob] = [await world.device(), await world.device()];
      const key = await alice.createKey();
      await alice.createRoom([bob.person.id], [key.uri]);
      const removed = world.core.removal();
      world.identity.deactivate(bob.person, alice.person);
      await removed;
      const reply = await bob.try({ method: 'retrieve', uri: key.uri });
      assert.equal(reply?.key, undefined);
      const refused = await bob.handshake().catch(() => null);
      assert.equal(refused, null);
    },
  },
];
