import { type DeviceId, newId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestEvents } from './testing/test-client.ts';
import { TestCore } from './testing/test-core.ts';

let core: TestCore;
let skew = 0;
beforeAll(async () => {
  core = await TestCore.start({ now: () => Date.now() + skew });
});
afterAll(() => core.end());

const stateOf = (events: TestEvents) =>
  events.heard[0]?.data.bufferState as { registration: string; resumed: boolean; from: number };

describe('the event websocket (kms.md §3.5)', () => {
  it('begins with the buffer state, answers pings with their id, and numbers events without a gap', async () => {
    const alice = await core.client();
    const events = await alice.connect();
    expect(events.heard[0]).toMatchObject({
      sequenceNumber: 1,
      data: { eventType: 'mercury.buffer_state', bufferState: { resumed: false } },
    });
    events.send({ id: 'p1', type: 'ping' });
    await events.until(() => events.pongs.includes('p1'));
    const { key, roomId } = await core.room(alice);
    for (let index = 0; index < 5; index++) await alice.post(roomId, key);
    await events.until(() => events.heard.length === 7);
    expect(events.heard.map(({ sequenceNumber }) => sequenceNumber)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(events.heard.every(({ id }) => typeof id === 'string')).toBe(true);
  });

  it('closes 4401 for a bad token, 4403 for a device of somebody else, 4400 for anything else first', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const closed = async (deviceId: DeviceId, frame: object) => {
      const events = new TestEvents(core.socket, deviceId);
      await new Promise((resolve) => events.ws.once('open', resolve));
      events.send(frame);
      await events.until(() => events.closedWith !== undefined);
      return events.closedWith;
    };
    const authorization = (token: string) => ({
      id: newId(),
      type: 'authorization',
      data: { token: `Bearer ${token}` },
    });
    const kms = core.identity.token({
      sub: alice.person.id,
      realm: alice.person.organisationId,
      sid: alice.person.sid,
      aud: 'kms',
    });
    expect(await closed(alice.deviceId, authorization('x.y.z'))).toBe(4401);
    expect(await closed(alice.deviceId, authorization(kms))).toBe(4401);
    expect(await closed(bob.deviceId, authorization(alice.person.token))).toBe(4403);
    expect(await closed(newId<DeviceId>(), authorization(alice.person.token))).toBe(4403);
    expect(await closed(alice.deviceId, { type: 'dance' })).toBe(4400);
  });

  it('closes 4000 when the device connects anew, unless it says it keeps several', async () => {
    const alice = await core.client();
    const first = await alice.connect();
    const second = await alice.connect('&multipleConnections=true');
    const third = await alice.connect();
    await first.until(() => first.closedWith !== undefined);
    await second.until(() => second.closedWith !== undefined);
    expect([first.closedWith, second.closedWith, third.closedWith]).toEqual([4000, 4000, undefined]);
  });

  it('closes 4401 when the session is revoked, and answers its requests no more', async () => {
    const alice = await core.client();
    const events = await alice.connect();
    core.identity.revoke(alice.person.sid);
    await events.until(() => events.closedWith !== undefined);
    expect(events.closedWith).toBe(4401);
    expect((await alice.ask('/wdm/api/v1/devices')).status).toBe(401);
  });
});

describe('a reader that lost its connection', () => {
  it('resumes: hears what it missed, in order, with the numbers that follow', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const { key, roomId } = await core.room(alice, [bob]);
    const before = await bob.connect();
    await alice.post(roomId, key);
    await before.until(() => before.heard.length === 2);
    before.send({ messageId: before.heard[1]?.id, type: 'ack' });
    const { registration } = stateOf(before);
    before.ws.terminate();
    for (let index = 0; index < 3; index++) await alice.post(roomId, key);
    const after = await bob.connect(`&resume=2&registration=${registration}`);
    expect(stateOf(after)).toEqual({ registration, resumed: true, from: 2 });
    await alice.post(roomId, key);
    await after.until(() => after.heard.length === 5);
    expect(after.heard.slice(1).map(({ sequenceNumber }) => sequenceNumber)).toEqual([3, 4, 5, 6]);
    expect(after.activities.map(({ position }) => position)).toEqual([4, 5, 6, 7]);
  });

  it('is told to read the logs when too much was missed, when somebody else asks, or after a restart of the core', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const { key, roomId } = await core.room(alice, [bob]);
    const events = await bob.connect();
    const { registration } = stateOf(events);
    events.ws.terminate();
    for (let round = 0; round < 15; round++)
      await Promise.all(Array.from({ length: 20 }, () => alice.post(roomId, key)));
    const late = await bob.connect(`&resume=1&registration=${registration}`);
    expect(stateOf(late)).toMatchObject({ resumed: false });
    expect(stateOf(late).registration).not.toBe(registration);
    const stolen = await alice.connect(`&resume=1&registration=${stateOf(late).registration}`);
    expect(stateOf(stolen).resumed).toBe(false);
    await core.kill();
    await core.start();
    const anew = await bob.connect(`&resume=1&registration=${stateOf(late).registration}`);
    expect(stateOf(anew).resumed).toBe(false);
  });
});

describe('a reader that does not keep up', () => {
  it('costs bounded memory, hears of the gap, and finds everything in the log', async () => {
    const [alice, bob] = [await core.client(), await core.client()];
    const { key, roomId } = await core.room(alice, [bob]);
    const events = await bob.connect();
    events.ws.pause();
    const object = { objectType: 'comment', displayName: `eyJhbGciOiJkaXIifQ..AAAA.${'A'.repeat(60_000)}.AAAA` };
    const count = 300;
    for (let round = 0; round < count / 20; round++) {
      await Promise.all(Array.from({ length: 20 }, () => alice.post(roomId, key, { object })));
    }
    events.ws.resume();
    const states = () => events.heard.filter(({ data }) => data.eventType === 'mercury.buffer_state');
    await events.until(() => states().length === 2 || events.activities.length === count);
    expect(states().at(-1)?.data.bufferState).toMatchObject({ resumed: false });
    await alice.post(roomId, key);
    await events.until(() => events.activities.at(-1)?.position === count + 3);
    const heard = events.activities.map(({ position }) => position ?? 0);
    expect(heard).toEqual(heard.toSorted((a, b) => a - b));
    expect(heard.length).toBeLessThan(count);
    expect(await bob.history(roomId, `?after=${count + 2}`)).toHaveLength(1);
  });
});

describe('who may ask', () => {
  it('is decided by core tokens alone, and by nobody while identity is silent for a minute; discovery goes on (R284)', async () => {
    const alice = await core.client();
    const { id: sub, organisationId: realm, sid } = alice.person;
    for (const aud of ['kms', 'identity']) {
      expect(
        (await alice.ask('/wdm/api/v1/devices', { bearer: core.identity.token({ sub, realm, sid, aud }) })).status,
      ).toBe(401);
    }
    expect((await alice.ask('/wdm/api/v1/devices', { bearer: null })).status).toBe(401);
    core.identity.silent = true;
    skew = 61_000 + 5_000;
    const refused = await alice.ask('/wdm/api/v1/devices');
    expect([refused.status, refused.headers['retry-after'] !== undefined]).toEqual([503, true]);
    expect((await alice.ask(`/encryption/api/v1/kms/${sub}`)).status).toBe(200);
    skew = 0;
    core.identity.silent = false;
    expect((await alice.ask('/wdm/api/v1/devices')).status).toBe(200);
  });
});
