import assert from 'node:assert/strict';
import { type ReceiptClaims, receiptHash, verifyReceipt } from '@cloister/receipts';
import { newId } from '@cloister/wire';
import type { Decided } from '../surroundings/device.ts';
import type { World } from '../world.ts';
import type { Case } from './case.ts';

const claimsOf = ({ issuer }: World, { receipt }: Pick<Decided, 'receipt'>): Promise<ReceiptClaims> =>
  verifyReceipt(receipt, issuer);

export const operations: readonly Case[] = [
  {
    name: 'creates a room’s resource and signs who it is for (R320)',
    run: async (world) => {
      const [alice, bob] = [await world.device(), world.person()];
      const key = await alice.createKey();
      const { roomId, resourceUri, operation, result } = await alice.createRoom([bob.id], [key.uri]);
      const claims = await claimsOf(world, result);
      const { organisationId } = world;
      assert.deepEqual(
        { ...claims, issuedAt: 0, subjects: claims.subjects.map(({ id }) => id).sort() },
        {
          iss: world.kmsHost,
          operationId: operation.operationId,
          status: 201,
          operation: 'create',
          room: roomId,
          resourceUri,
          actor: { id: alice.person.id, organisationId },
          subjects: [alice.person.id, bob.id].sort(),
          keyUris: [key.uri],
          authorizationVersion: claims.authorizationVersion,
          previous: null,
          issuedAt: 0,
        },
      );
      assert.ok(Math.abs(Date.now() / 1000 - claims.issuedAt) < 60, 'issued now, in seconds');
    },
  },
  {
    name: 'adds and removes people, each receipt following the one before (R320, wires §4)',
    run: async (world) => {
      const [alice, bob] = [await world.device(), await world.device()];
      const key = await alice.createKey();
      const room = await alice.createRoom([], [key.uri]);
      const added = await alice.add(room, bob.person.id);
      assert.deepEqual((await bob.ask({ method: 'retrieve', uri: key.uri })).key?.jwk, key.jwk);
      const removed = await alice.remove(room, bob.person.id);
      const [one, two] = [await claimsOf(world, added), await claimsOf(world, removed)];
      assert.equal(one.previous, await receiptHash(room.result.receipt));
      assert.equal(two.previous, await receiptHash(added.receipt));
      assert.ok(Number(two.authorizationVersion) > Number(one.authorizationVersion), 'the version grows');
      assert.deepEqual(two.subjects, [{ id: bob.person.id, organisationId: world.organisationId }]);
    },
  },
  {
    name: 'gives a removed person no key any more, of before or after (R333)',
    run: async (world) => {
      const [alice, bob] = [await world.device(), await world.device()];
      const [before, after] = [await alice.createKey(), await alice.createKey()];
      const room = await alice.createRoom([bob.person.id], [before.uri]);
      assert.equal((await alice.remove(room, bob.person.id)).status, 200);
      assert.equal((await alice.bind(room, after.uri)).status, 200);
      for (const { uri } of [before, after]) {
        const { status, key } = await bob.ask({ method: 'retrieve', uri });
        assert.deepEqual([status, key], [403, undefined]);
      }
      assert.deepEqual((await alice.ask({ method: 'retrieve', uri: after.uri })).key?.jwk, after.jwk);
    },
  },
  {
    name: 'lets somebody leave by their own hand',
    run: async (world) => {
      const [alice, bob] = [await world.device(), await world.device()];
      const room = await alice.createRoom([bob.person.id]);
      assert.equal((await bob.remove(room, bob.person.id)).status, 200);
      assert.deepEqual(await alice.listed(room.resourceUri), [alice.person.id]);
    },
  },
  {
    name: 'applies the same operation once: the same receipt each time, and the same reply',
    run: async (world) => {
      const [alice, bob] = [await world.device(), world.person()];
      const room = await alice.createRoom();
      const operation = await alice.adding(room, bob.id);
      const [one, two] = [await alice.operate(operation), await alice.operate(operation)];
      assert.equal(two.receipt, one.receipt);
      assert.deepEqual(two.response?.authorizations, one.response?.authorizations);
      assert.deepEqual(await alice.listed(room.resourceUri), [alice.person.id, bob.id].sort());
    },
  },
  {
    name: 'tells of an operation it knows, and closes one it does not know for good (410)',
    run: async (world) => {
      const [alice, bob] = [await world.device(), world.person()];
      const room = await alice.createRoom();
      const known = await alice.adding(room, bob.id);
      const done = await alice.operate(known);
      const told = await world.core.status(known);
      assert.deepEqual([told.receipt, told.reply, told.status], [done.receipt, null, done.status]);
      const late = await alice.adding(room, world.person().id);
      const closed = await world.core.status(late);
      assert.equal(closed.status, 410);
      const claims = await claimsOf(world, closed);
      assert.deepEqual(
        [claims.operationId, claims.room, claims.subjects, claims.keyUris],
        [late.operationId, room.roomId, [], []],
      );
      const after = await alice.operate(late);
      assert.deepEqual([after.status, after.receipt], [410, closed.receipt]);
      assert.deepEqual(await alice.listed(room.resourceUri), [alice.person.id, bob.id].sort());
    },
  },
  {
    name: 'refuses a frame that says otherwise than what is sealed in it: subjects, resource, room (wires §4)',
    run: async (world) => {
      const [alice, bob, carol] = [await world.device(), world.person(), world.person()];
      const [room, other] = [await alice.createRoom(), await alice.createRoom()];
      const changes = [{ subjects: [carol.id] }, { resourceUri: other.resourceUri }, { roomId: other.roomId }];
      for (const change of changes) {
        const operation = { ...(await alice.adding(room, bob.id)), ...change };
        const { status, receipt } = await alice.operate(operation);
        assert.ok(status >= 400, `${Object.keys(change)} differs, and it answers ${status}`);
        const claims = await claimsOf(world, { receipt });
        assert.deepEqual([claims.subjects, claims.operationId], [[], operation.operationId]);
      }
      const key = await alice.createKey();
      const ask = { method: 'update', uri: key.uri, resourceUri: room.resourceUri };
      const bound = await alice.operation('updateKey', ask, {
        roomId: room.roomId,
        resourceUri: room.resourceUri,
        keyUri: (await alice.createKey()).uri,
      });
      assert.ok((await alice.operate(bound)).status >= 400, 'another key');
      assert.deepEqual(await alice.listed(room.resourceUri), [alice.person.id]);
    },
  },
  {
    name: 'takes changes of a room as halves of operations only, never as bare messages (architecture §5)',
    run: async (world) => {
      const [alice, bob] = [await world.device(), world.person()];
      const { resourceUri } = await alice.createRoom();
      const bare = await alice.ask({ method: 'create', uri: '/authorizations', resourceUri, userIds: [bob.id] });
      assert.ok(bare.status >= 400);
      const uri = `${resourceUri}/authorizations?authId=${alice.person.id}`;
      assert.ok((await alice.ask({ method: 'delete', uri })).status >= 400);
      assert.deepEqual(await alice.listed(resourceUri), [alice.person.id]);
    },
  },
  {
    name: 'refuses a change by somebody who is not on the list, and one of a person nobody knows',
    run: async (world) => {
      const [alice, carol] = [await world.device(), await world.device()];
      const room = await alice.createRoom();
      assert.equal((await carol.add(room, carol.person.id)).status, 403);
      assert.ok((await alice.add(room, newId())).status >= 400);
      assert.deepEqual(await alice.listed(room.resourceUri), [alice.person.id]);
    },
  },
  {
    name: 'sealed replies and receipts say the same status',
    run: async (world) => {
      const [alice, carol] = [await world.device(), await world.device()];
      const room = await alice.createRoom();
      for (const decided of [await alice.add(room, carol.person.id), await carol.add(room, world.person().id)]) {
        assert.equal(decided.response?.status, decided.status);
        assert.equal((await claimsOf(world, decided)).status, decided.status);
      }
    },
  },
];
