import type { Constellation } from '@cloister/testkit';
import type { RoomId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gather } from './sdk/gather.ts';
import { hostilePlatform } from './sdk/hostile-platform.ts';
import {
  enter,
  makeRoom,
  type SdkPerson,
  say,
  sdkPerson,
  seen,
  textsOf,
  until,
  withSession,
} from './sdk/sdk-person.ts';

let all: Constellation;
let alice: SdkPerson;
let ben: SdkPerson;
let end: () => Promise<void>;
const benLine = hostilePlatform();

beforeAll(async () => {
  ({ all, alice, ben, end } = await gather(['alice', 'ben'], { ben: { platform: benLine } }));
});
afterAll(() => end?.());

const room = async (title: string): Promise<RoomId> => {
  const id = await makeRoom(alice, title, [ben]);
  await enter(ben, id);
  return id;
};

const lists = () => benLine.requests.filter((request) => /GET .*\/conversations\?/.test(request)).length;
const gapless = (person: SdkPerson, id: RoomId) => {
  const positions = person.client.timeline(id).entries.map(({ position }) => position ?? 0);
  expect(positions).toEqual(positions.map((_, at) => (positions[0] ?? 0) + at));
};
const cutWhile = async (work: () => Promise<void>): Promise<void> => {
  benLine.block(true);
  benLine.cut();
  await until(ben.client, () => ben.client.snapshot().connection.state === 'offline');
  await work();
  benLine.block(false);
  ben.client.reconnect();
  await until(ben.client, () => ben.client.snapshot().connection.state === 'online');
};

it('resumes after a lost connection: what was missed comes as events, without asking for the rooms again', async () => {
  const id = await room('Tunnel');
  const before = lists();
  await cutWhile(async () => {
    await say(alice, id, 'in the tunnel');
    await say(alice, id, 'still in it');
  });
  await seen(ben, id, 'still in it');
  expect(textsOf(ben.client, id)).toEqual(['in the tunnel', 'still in it']);
  expect(lists()).toBe(before);
  gapless(ben, id);
});

it('catches up from the rooms’ logs when the core remembers no connection (R286)', async () => {
  const id = await room('Restart');
  await say(alice, id, 'before');
  await seen(ben, id, 'before');
  await cutWhile(async () => {
    await all.deployment.kill('core', 'SIGKILL');
    await all.deployment.start('core');
    await say(alice, id, 'after the restart');
  });
  await seen(ben, id, 'after the restart');
  expect(textsOf(ben.client, id)).toEqual(['before', 'after the restart']);
  gapless(ben, id);
});

it('reads a room anew when more was missed than is replayed, and the timeline has no hole', async () => {
  const id = await room('Flood');
  await cutWhile(async () => {
    for (let n = 1; n <= 620; n += 1) await alice.client.send(id, { text: `drop ${n}` });
    await until(alice.client, () => alice.client.snapshot().unsent === 0);
    await all.deployment.kill('core', 'SIGKILL');
    await all.deployment.start('core');
  });
  await seen(ben, id, 'drop 620');
  gapless(ben, id);
  while (ben.client.timeline(id).hasOlder) await ben.client.history.older(id);
  await until(ben.client, () => textsOf(ben.client, id).length === 620, id);
});

it('fetches an entry whose event was swallowed as soon as the next one shows the gap', async () => {
  const id = await room('Swallowed');
  benLine.hostility = {
    event: (frame) => (JSON.stringify(frame).includes('conversation.activity') ? undefined : frame),
  };
  await say(alice, id, 'swallowed');
  benLine.hostility = {};
  await say(alice, id, 'delivered');
  await seen(ben, id, 'delivered');
  expect(textsOf(ben.client, id)).toEqual(['swallowed', 'delivered']);
});

it('goes on after the key server was killed, without an error anybody sees', async () => {
  const id = await room('Key server');
  await say(alice, id, 'one');
  await seen(ben, id, 'one');
  await all.deployment.kill('acme-kms', 'SIGKILL');
  const fresh = await withSession(ben.session);
  const key = await fresh.client.send(id, { text: 'made while it was down' });
  expect(fresh.client.timeline(id).entries.find((entry) => entry.key === key)?.send.state).toBe('sending');
  await all.deployment.start('acme-kms');
  await fresh.client.sent(id, key);
  await seen(alice, id, 'made while it was down');
  await say(alice, id, 'two');
  await seen(fresh, id, 'two');
  await fresh.close();
});

it('sends what was written while the core was down', async () => {
  const id = await room('Core down');
  await all.deployment.kill('core', 'SIGKILL');
  const key = await alice.client.send(id, { text: 'patience' });
  await all.deployment.start('core');
  await alice.client.sent(id, key);
  await seen(ben, id, 'patience');
  expect(textsOf(ben.client, id)).toEqual(['patience']);
});

it('ends for good when the session is ended elsewhere', async () => {
  const ken = await sdkPerson(all, 'ken');
  const other = await withSession(ken.session);
  await ken.session.signOut();
  await until(other.client, () => other.client.snapshot().connection.state === 'signed-out');
  await expect(other.client.rooms.create({ title: 'no more' })).rejects.toMatchObject({ code: 'client/not-signed-in' });
  await Promise.all([ken.close(), other.close()]);
});
