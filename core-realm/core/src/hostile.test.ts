import { connect } from 'node:net';
import { newId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestEvents } from './testing/test-client.ts';
import { TestCore } from './testing/test-core.ts';

let core: TestCore;
let skew = 0;
beforeAll(async () => {
  core = await TestCore.start({ now: () => Date.now() + skew, patience: 500 });
});
afterAll(() => core.end());

/** What a server answers to bytes that no client library would send. */
const raw = async (bytes: string): Promise<string> => {
  const socket = connect(core.socket);
  socket.on('error', () => undefined);
  socket.end(bytes);
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('latin1');
};

describe('an upgrade request', () => {
  it.each(['//', 'http://[', '//:0', '/\\'])('to the address %s is refused and ends nothing else', async (address) => {
    const answer = await raw(
      `GET ${address} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
    expect((await (await core.client()).ask('/v1/ping')).status).toBe(200);
  });
});

describe('an event socket whose client asks and never reads', () => {
  it('is not read either, so that what waits to be written stays bounded', async () => {
    const alice = await core.client();
    const events = await alice.connect();
    // biome-ignore lint/suspicious/noExplicitAny: the stream under a client's websocket has no public name
    const stream = (events.ws as any)._socket as import('node:net').Socket;
    stream.pause();
    const frame = JSON.stringify({ id: 'x'.repeat(100), type: 'ping' });
    let sent = 0;
    // Each turn sends less than a server would read in one: only one that stopped reading lets it pile up.
    for (let turn = 0; turn < 3000 && stream.writableLength < 1024 * 1024; turn++) {
      for (let index = 0; index < 100; index++, sent++) events.ws.send(frame);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(stream.writableLength).toBeGreaterThan(1024 * 1024);
    stream.resume();
    await events.until(() => events.pongs.length === sent);
  });
});

describe('while identity is silent for a minute', () => {
  it('no event socket is served, and its registration is resumed afterwards (R284)', async () => {
    const alice = await core.client();
    const { key, roomId } = await core.room(alice);
    const events = await alice.connect();
    const state = events.heard[0]?.data.bufferState as { registration: string };
    core.identity.silent = true;
    skew += 61_000;
    await events.until(() => events.closedWith !== undefined);
    expect(events.closedWith).toBe(1011);
    const again = new TestEvents(core.socket, alice.deviceId);
    await again.authorize(alice.person.token);
    expect(again.closedWith).toBe(1011);
    core.identity.silent = false;
    // Whatever is stated next makes the feed fresh again.
    core.identity.person(core.acme.organisationId);
    while ((await alice.post(roomId, key)).status !== 200);
    const resumed = await alice.connect(`&registration=${state.registration}&resume=1`);
    await resumed.until(() => resumed.heard.length === 2);
    expect(resumed.heard[0]?.data.bufferState).toMatchObject({ resumed: true });
  });
});

describe('what is no date of this world', () => {
  it('is refused as a bad request', async () => {
    const alice = await core.client();
    const { roomId } = await core.room(alice);
    for (const date of ['-200000-01-01T00:00:00Z', '%2B275000-01-01T00:00:00Z', 'x', newId()]) {
      const base = `/conversation/api/v1/conversations/${roomId}/activities`;
      for (const name of ['sinceDate', 'maxDate']) {
        expect([date, (await alice.ask(`${base}?${name}=${date}`)).status]).toEqual([date, 400]);
      }
    }
  });
});
