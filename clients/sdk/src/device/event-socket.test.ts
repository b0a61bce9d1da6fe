import { CloisterError, type EventData } from '@cloister/wire';
import { beforeEach, expect, it } from 'vitest';
import { type ManualPlatform, manualPlatform, type ScriptedSocket, settle } from '../testing/manual-platform.ts';
import { EventSocket } from './event-socket.ts';

const registration = '11111111-0000-4000-8000-000000000001';
let platform: ManualPlatform;
let socket: EventSocket;
let events: EventData[];
let online: boolean[];
let offline: number;
let gaps: number;
let ended: unknown[];
let refused: string[];
let forgotten: boolean[];
let token: () => Promise<string>;

beforeEach(() => {
  platform = manualPlatform(() => new Response());
  [events, online, ended, refused, forgotten] = [[], [], [], [], []];
  [offline, gaps] = [0, 0];
  token = async () => 'token';
  socket = new EventSocket({
    platform,
    address: async (forget) => {
      forgotten.push(forget);
      return 'ws://localhost/mercury/v1/devices/1/messages';
    },
    token: () => token(),
    refused: (one) => void refused.push(one),
    onEvent: (event) => void events.push(event),
    onOnline: (resumed) => void online.push(resumed),
    onOffline: () => {
      offline += 1;
    },
    onGap: () => {
      gaps += 1;
    },
    onEnd: (cause) => void ended.push(cause),
    isFinal: (cause) => cause instanceof CloisterError && cause.code === 'client/not-signed-in',
  });
});

const last = (): ScriptedSocket => {
  const found = platform.sockets.at(-1);
  if (found === undefined) throw new Error('no socket');
  return found;
};
const greeting = (state: object, sequenceNumber = 1) => ({
  id: 'greeting',
  data: { eventType: 'mercury.buffer_state', bufferState: { registration, ...state } },
  sequenceNumber,
});
const event = (sequenceNumber: number) => ({
  id: `e${sequenceNumber}`,
  data: { eventType: 'test.event' },
  sequenceNumber,
});
const connect = async (state: object = { resumed: false }): Promise<ScriptedSocket> => {
  await settle();
  last().open();
  last().hear(greeting(state));
  return last();
};
const pings = (one: ScriptedSocket) => one.sent.filter(({ type }) => type === 'ping');

it('authorises itself first, and is online when the core has greeted it (kms.md 3.5)', async () => {
  socket.start();
  await settle();
  expect(new URL(last().url).searchParams.get('bufferStates')).toBe('true');
  last().open();
  expect(last().sent).toMatchObject([{ type: 'authorization', data: { token: 'Bearer token' } }]);
  expect(online).toEqual([]);
  last().hear(greeting({ resumed: false }));
  expect(online).toEqual([false]);
});

it('acknowledges every event and hands it on', async () => {
  socket.start();
  const one = await connect();
  one.hear(event(2));
  expect(one.sent).toContainEqual({ messageId: 'e2', type: 'ack' });
  expect(events).toEqual([{ eventType: 'other', name: 'test.event' }]);
});

it('pings at once and every fifteen seconds, and leaves a line that answers no ping', async () => {
  socket.start();
  const one = await connect();
  expect(pings(one)).toHaveLength(1);
  one.hear({ type: 'pong', id: pings(one)[0]?.id });
  await platform.advance(15_000);
  expect(pings(one)).toHaveLength(2);
  one.hear({ type: 'pong', id: 'of somebody else' });
  await platform.advance(14_000);
  expect(one.closed).toBe(true);
  expect(offline).toBe(1);
});

it('asks to resume after the last number it saw, and says when it was', async () => {
  socket.start();
  const one = await connect();
  one.hear(event(2));
  one.hear(event(3));
  one.fail(1006);
  await platform.advance(1_000);
  const { searchParams } = new URL(last().url);
  expect([searchParams.get('registration'), searchParams.get('resume')]).toEqual([registration, '3']);
  await connect({ resumed: true, from: 3 });
  last().hear(event(4));
  expect(online).toEqual([false, true]);
  expect(gaps).toBe(0);
});

it('does not believe in a resumption of another registration', async () => {
  socket.start();
  const one = await connect();
  one.fail(1006);
  await platform.advance(1_000);
  await connect({ resumed: true, registration: '11111111-0000-4000-8000-000000000002' });
  expect(online).toEqual([false, false]);
});

it('notices a missing number on an open line', async () => {
  socket.start();
  const one = await connect();
  one.hear(event(2));
  one.hear(event(4));
  expect(gaps).toBe(1);
});

it('comes back with longer and longer steps, and at once when hurried', async () => {
  socket.start();
  await settle();
  const waits: number[] = [];
  for (let round = 0; round < 4; round += 1) {
    last().fail(1006);
    waits.push(platform.next() ?? 0);
    await platform.advance(platform.next() ?? 0);
  }
  expect(waits).toEqual([400, 800, 1600, 3200]);
  last().fail(1006);
  const sockets = platform.sockets.length;
  socket.hurry();
  await settle();
  expect(platform.sockets.length).toBe(sockets + 1);
});

it('asks for another token when the core refuses the one it had', async () => {
  socket.start();
  await settle();
  last().open();
  last().fail(4401);
  expect(refused).toEqual(['token']);
});

it('registers anew when the core does not know the device', async () => {
  socket.start();
  await settle();
  last().fail(4403);
  await platform.advance(1_000);
  expect(forgotten).toEqual([false, true]);
});

it('moves to another connection at once when the core asks it to', async () => {
  socket.start();
  const one = await connect();
  one.hear({ type: 'shutdown' });
  await settle();
  expect(platform.sockets).toHaveLength(2);
  expect(offline).toBe(0);
});

it('ends for good without a session', async () => {
  token = () => Promise.reject(new CloisterError('client/not-signed-in'));
  socket.start();
  await settle();
  expect(ended).toMatchObject([{ code: 'client/not-signed-in' }]);
  expect(platform.next()).toBeUndefined();
});

it('ignores what it cannot read, and what an old connection still says', async () => {
  socket.start();
  const one = await connect();
  one.onmessage?.({ data: 'no json' });
  one.onmessage?.({ data: new ArrayBuffer(1) });
  one.hear({ type: 'news', of: 'the future' });
  const { onmessage } = one;
  one.fail(1006);
  onmessage?.({ data: JSON.stringify(event(2)) });
  expect(events).toEqual([]);
});

it('leaves no timer behind', async () => {
  socket.start();
  const one = await connect();
  socket.stop();
  expect(one.closed).toBe(true);
  expect(platform.next()).toBeUndefined();
});
