import { receiptHash } from '@cloister/receipts';
import { type KeyUri, newId, type RoomId } from '@cloister/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealed } from './testing/sealed.ts';
import type { TestClient } from './testing/test-client.ts';
import { TestCore } from './testing/test-core.ts';

let core: TestCore;
beforeEach(async () => {
  core = await TestCore.start();
});
afterEach(() => core.end());

const asked = (kind: string) => core.acme.until((frame) => frame.type === 'operation' && frame.kind === kind);
const pendingOf = async (client: TestClient, roomId: RoomId) => (await client.room(roomId)).body.pending ?? [];

/** Waits until the room shows no pending change; each look is a request. */
const settled = async (client: TestClient, roomId: RoomId) => {
  while ((await pendingOf(client, roomId)).length > 0);
};

describe('after a crash between intent and receipt', () => {
  it('follows the key server: applied there becomes applied here (R282)', async () => {
    const [alice, carol] = [await core.client(), await core.client()];
    const { roomId, resource } = await core.room(alice);
    core.acme.behaviour = 'apply-silently';
    const lost = alice.add(roomId, carol.person.id).catch(() => undefined);
    await asked('add');
    expect(await pendingOf(alice, roomId)).toMatchObject([{ kind: 'add', subjects: [carol.person.id] }]);
    await core.kill();
    await lost;
    core.acme.behaviour = 'apply';
    await core.start();
    await core.acme.until(({ type }) => type === 'operation-status');
    await settled(alice, roomId);
    expect((await alice.room(roomId)).body.participants?.items).toHaveLength(2);
    expect((await carol.room(roomId)).status).toBe(200);
    expect((await alice.history(roomId)).map(({ verb }) => verb)).toEqual(['create', 'add']);
    expect(core.acme.peopleOf(resource)).toHaveLength(2);
  });

  it('closes what the key server never saw as refused, for good', async () => {
    const [alice, carol] = [await core.client(), await core.client()];
    const { roomId, resource } = await core.room(alice);
    core.acme.behaviour = 'silent';
    const kmsMessage = sealed();
    const lost = alice.add(roomId, carol.person.id, { kmsMessage }).catch(() => undefined);
    await asked('add');
    await core.kill();
    await lost;
    core.acme.behaviour = 'apply';
    await core.start();
    await settled(alice, roomId);
    expect((await carol.room(roomId)).status).toBe(404);
    const late = await alice.add(roomId, carol.person.id, { kmsMessage });
    expect([late.status, late.body.code]).toEqual([409, 'core/operation-refused']);
    expect(core.acme.peopleOf(resource)).toEqual([alice.person.id]);
    expect((await alice.add(roomId, carol.person.id)).status).toBe(200);
  });

  it('makes the room of a create that the key server applied, and finds it by a byte-identical retry', async () => {
    const alice = await core.client();
    core.acme.behaviour = 'apply-silently';
    const [key, kmsMessage] = [core.acme.newKey(), sealed()];
    const lost = alice.create(key, [], { kmsMessage }).catch(() => undefined);
    await asked('create');
    await core.kill();
    await lost;
    core.acme.behaviour = 'apply';
    await core.start();
    const again = await alice.create(key, [], { kmsMessage });
    expect([200, 201]).toContain(again.status);
    const { body } = await alice.ask<{ items: { id: string }[] }>('/conversation/api/v1/conversations');
    expect(body.items.map(({ id }) => id)).toEqual([again.body.id]);
  });

  it('keeps every acknowledged message once, in order, without a gap', async () => {
    const alice = await core.client();
    const { roomId, key } = await core.room(alice);
    const sent = Array.from({ length: 60 }, () => newId());
    const acknowledged = new Set<string>();
    const posts = sent.map((clientTempId) =>
      alice.post(roomId, key, { clientTempId }).then(
        ({ status }) => status === 200 && acknowledged.add(clientTempId),
        () => undefined,
      ),
    );
    await Promise.race(posts);
    await core.kill();
    await Promise.all(posts);
    await core.start();
    for (const clientTempId of sent) await alice.post(roomId, key, { clientTempId });
    const log = await alice.history(roomId);
    expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1));
    const stored = log.flatMap(({ clientTempId }) => clientTempId ?? []);
    expect(stored.toSorted()).toEqual(sent.toSorted());
    expect(acknowledged.size).toBeGreaterThan(0);
  });
});

describe('while a removal is being decided', () => {
  const removing = async () => {
    const [alice, carol] = [await core.client(), await core.client()];
    const { roomId, key } = await core.room(alice, [carol]);
    const events = await carol.connect();
    core.acme.behaviour = 'silent';
    const removal = alice.leave(roomId, carol.person.id).catch(() => undefined);
    await asked('remove');
    const { body } = await alice.post(roomId, key);
    return { alice, carol, roomId, key, events, removal, held: body };
  };

  it('delivers nothing more to the person, shows the change as pending, and tells what was held back when it is refused', async () => {
    const { alice, carol, roomId, key, events, held } = await removing();
    expect((await carol.history(roomId)).map(({ verb }) => verb)).toEqual(['create', 'add']);
    expect((await carol.room(roomId)).body).toMatchObject({ head: 2 });
    expect((await carol.post(roomId, key)).status).toBe(409);
    expect((await carol.ask(`/conversation/api/v1/conversations/${roomId}/activities/${held.id}`)).status).toBe(404);
    expect(await pendingOf(alice, roomId)).toMatchObject([{ kind: 'remove', subjects: [carol.person.id] }]);
    expect((await alice.leave(roomId, carol.person.id)).status).toBe(409);
    expect(events.activities).toEqual([]);
    core.acme.behaviour = 'refuse';
    core.acme.disconnect();
    await core.acme.connect(core.socket);
    await events.until(() => events.activities.length === 1);
    expect(events.activities[0]?.id).toBe(held.id);
    expect((await carol.post(roomId, key)).status).toBe(200);
    expect((await carol.history(roomId)).map(({ position }) => position)).toEqual([1, 2, 3, 4]);
  });

  it('tells the person of the removal and of nothing else when it is applied (R331, R333)', async () => {
    const { carol, roomId, events, removal } = await removing();
    core.acme.behaviour = 'apply';
    core.acme.disconnect();
    await core.acme.connect(core.socket);
    await removal;
    await events.until(() => events.activities.length === 1);
    expect(events.activities[0]?.verb).toBe('leave');
    expect((await carol.history(roomId).catch(() => 'gone')) ?? 'gone').toBe('gone');
  });
});

describe('a key server that is not there', () => {
  it('leaves the change pending, says so, and it is decided when the key server comes back', async () => {
    const alice = await core.client();
    const { roomId } = await core.room(alice);
    await core.stop();
    core.acme.disconnect();
    await core.start({ patience: 50 });
    core.acme.disconnect();
    const key: KeyUri = core.acme.newKey();
    core.acme.behaviour = 'silent';
    const { status, body } = await alice.updateKey(roomId, key);
    expect([status, body.code]).toEqual([503, 'core/kms-unavailable']);
    expect(await pendingOf(alice, roomId)).toMatchObject([{ kind: 'updateKey' }]);
    core.acme.behaviour = 'apply';
    await core.acme.connect(core.socket);
    await settled(alice, roomId);
    expect((await alice.updateKey(roomId, key)).status).toBe(200);
  });
});

describe('the chain of receipts', () => {
  const broken = () => core.log.filter((line) => line.includes('receipt.chain-broken'));

  it('is whole however late a receipt comes home', async () => {
    const [alice, carol, dave] = [await core.client(), await core.client(), await core.client()];
    const { roomId } = await core.room(alice);
    core.acme.behaviour = 'apply-silently';
    const late = alice.add(roomId, carol.person.id);
    await asked('add');
    core.acme.behaviour = 'apply';
    expect((await alice.add(roomId, dave.person.id)).status).toBe(200);
    // Another node is asked the same, and knows what the first one did.
    core.acme.disconnect();
    await core.acme.connect(core.socket);
    expect((await late).status).toBe(200);
    const added = (await alice.history(roomId)).map(({ object }) => object?.id);
    expect(added).toEqual([roomId, dave.person.id, carol.person.id]);
    expect(broken()).toEqual([]);
  });

  it('when broken is reported and refuses nothing: what the key server did is done', async () => {
    const [alice, carol, dave] = [await core.client(), await core.client(), await core.client()];
    const { roomId } = await core.room(alice);
    core.acme.forgedPrevious = 'ab'.repeat(32);
    expect((await alice.add(roomId, carol.person.id)).status).toBe(200);
    expect(broken()).toHaveLength(1);
    expect(broken()[0]).toContain(roomId);
    core.acme.forgedPrevious = undefined;
    expect((await alice.add(roomId, dave.person.id)).status).toBe(200);
    expect((await alice.leave(roomId, dave.person.id)).status).toBe(200);
    expect(broken()).toHaveLength(1);
  });

  it('is broken when two receipts follow the same one, as after a key server was restored from an old copy', async () => {
    const [alice, carol, dave] = [await core.client(), await core.client(), await core.client()];
    const { roomId } = await core.room(alice);
    const [created] = await alice.history(roomId);
    core.acme.forgedPrevious = await receiptHash(created?.receipt as Parameters<typeof receiptHash>[0]);
    expect((await alice.add(roomId, carol.person.id)).status).toBe(200);
    expect(broken()).toEqual([]);
    expect((await alice.add(roomId, dave.person.id)).status).toBe(200);
    expect(broken()).toHaveLength(1);
  });
});
