import { newId, type RoomId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCore } from './testing/test-core.ts';

let core: TestCore;
beforeAll(async () => {
  core = await TestCore.start();
});
afterAll(() => core.end());

describe('a room', () => {
  it('is created only with its sealed half, and tells its members (R286, R330)', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const events = await bob.connect();
    const key = core.acme.newKey();
    const created = await alice.create(key, [bob.person.id]);
    expect(created.status).toBe(201);
    expect(created.body.participants?.items.map(({ id }) => id).sort()).toEqual(
      [alice.person.id, bob.person.id].sort(),
    );
    expect(created.body).toMatchObject({ head: 2, defaultActivityEncryptionKeyUrl: key });
    await events.until(() => events.activities.length === 2);
    expect(events.activities.map(({ verb, position }) => [verb, position])).toEqual([
      ['create', 1],
      ['add', 2],
    ]);
    const roomId = created.body.id as RoomId;
    const posted = await alice.post(roomId, key, { clientTempId: newId() });
    expect([posted.status, posted.body.position]).toEqual([200, 3]);
    await events.until(() => events.activities.length === 3);
  });
});
