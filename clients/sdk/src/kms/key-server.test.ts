import { CloisterError, type KmsRequest, type KmsResponse, kmsReply } from '@cloister/wire';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { type KeyServerHalf, keyServerHalf } from '../testing/key-server-half.ts';
import { type ManualPlatform, manualPlatform, settle } from '../testing/manual-platform.ts';
import { ChannelKeeper } from './channel-keeper.ts';
import { KeyServer } from './key-server.ts';

const ping = { method: 'update', uri: '/ping' } as const;
const clock = { now: 1_800_000_000_000 };
let half: KeyServerHalf;
let platform: ManualPlatform;
let keyServer: KeyServer;
/** What the client sent and nobody answered yet. */
let sent: string[];

beforeAll(async () => {
  // The clock of the certificates; each test's platform starts at the same moment.
  half = await keyServerHalf({ now: () => clock.now });
});
beforeEach(() => {
  half.forget();
  half.requests.length = 0;
  half.handshakes = 0;
  sent = [];
  platform = manualPlatform(() => new Response(null, { status: 404 }));
  const send = (message: string) => void sent.push(message);
  const { session } = half;
  const clientId = async () => 'http://localhost/devices/1';
  const channels = new ChannelKeeper({ platform, session, clientId, trustedKey: async () => half.trustedKey, send });
  keyServer = new KeyServer({ platform, session, clientId, channels, send });
});

const done = ({ requestId }: KmsRequest): KmsResponse => kmsReply.done(requestId);
/** Answers everything sent so far, and what follows from that. */
const serve = async (respond: (request: KmsRequest) => KmsResponse = done): Promise<void> => {
  await settle();
  for (let message = sent.shift(); message !== undefined; message = sent.shift()) {
    clock.now = platform.now();
    await keyServer.received([await half.answer(message, respond)]);
    await settle();
  }
};

it('opens one channel for requests made together and answers each (R300, R303)', async () => {
  const asked = Promise.all([keyServer.ask(ping), keyServer.ask(ping), keyServer.ask(ping)]);
  await serve();
  expect((await asked).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(half.handshakes).toBe(1);
  expect(new Set(half.requests.map(({ requestId }) => requestId)).size).toBe(3);
});

it('sends the same sealed bytes again when no answer comes', async () => {
  const first = keyServer.ask(ping);
  await serve();
  await first;
  const asked = keyServer.ask(ping);
  await settle();
  const [lost] = sent.splice(0);
  await platform.advance(3_000);
  expect(sent).toEqual([lost]);
  await serve();
  await expect(asked).resolves.toMatchObject({ status: 200 });
});

it('sends a lost handshake again, the same bytes', async () => {
  const asked = keyServer.ask(ping);
  await settle();
  const [lost] = sent.splice(0);
  await platform.advance(2_500);
  expect(sent).toEqual([lost]);
  await serve();
  await asked;
});

it('makes a new channel on a signed reset and asks again under the same request id (R305, R306)', async () => {
  const first = keyServer.ask(ping);
  await serve();
  await first;
  half.forget();
  const asked = keyServer.ask(ping);
  await serve();
  await expect(asked).resolves.toMatchObject({ status: 200 });
  expect(half.handshakes).toBe(2);
});

it('ignores a reset that another key signed, or that names another channel (threats 20)', async () => {
  const first = keyServer.ask(ping);
  await serve();
  await first;
  const stranger = await keyServerHalf({ now: () => clock.now });
  const asked = keyServer.ask(ping);
  await settle();
  const [message] = sent.splice(0);
  const kid = JSON.parse(Buffer.from(String(message).split('.')[0] ?? '', 'base64url').toString()) as { kid: string };
  await keyServer.received([await stranger.reset(kid.kid)]);
  await keyServer.received([await half.reset('kms://kms.acme.example/ecdhe/00000000-0000-4000-8000-00000000ffff')]);
  await settle();
  expect(half.handshakes).toBe(1);
  expect(sent).toEqual([]);
  await keyServer.received([await half.answer(String(message), done)]);
  await expect(asked).resolves.toMatchObject({ status: 200 });
});

it('does not follow a key server that resets without end', async () => {
  const asked = keyServer.ask(ping);
  asked.catch(() => {});
  await settle();
  for (let round = 0; round < 20; round += 1) {
    for (const message of sent.splice(0)) {
      await keyServer.received([await half.answer(message, done).finally(() => undefined)]);
      half.forget();
      await settle();
    }
  }
  await expect(asked).rejects.toMatchObject({ code: 'kms/reset' });
});

it('gives up a channel in which nothing is answered, since a key server that lost it may be silent', async () => {
  const first = keyServer.ask(ping);
  await serve();
  await first;
  const asked = keyServer.ask(ping);
  await settle();
  // A handshake seals its key to the server: the second part is not empty.
  const isHandshake = (message: string) => message.split('.')[1] !== '';
  while (!sent.some(isHandshake)) {
    sent.length = 0;
    await platform.advance(1_000);
  }
  await serve();
  await expect(asked).resolves.toMatchObject({ status: 200 });
  expect(half.handshakes).toBe(2);
});

it('says after a while that nobody answers', async () => {
  const asked = keyServer.ask(ping);
  asked.catch(() => {});
  await platform.advance(120_000);
  await expect(asked).rejects.toMatchObject({ code: 'kms/timeout' });
  expect(platform.next()).toBeUndefined();
});

it('renews the channel before it ends', async () => {
  const first = keyServer.ask(ping);
  await serve();
  await first;
  await platform.advance(3_600_000 - 59_000);
  const asked = keyServer.ask(ping);
  await serve();
  await asked;
  expect(half.handshakes).toBe(2);
});

it('turns a sealed refusal into its typed error', async () => {
  const asked = keyServer.ask(ping);
  asked.catch(() => {});
  await serve(({ requestId }) => kmsReply.failure(requestId, new CloisterError('kms/not-authorized')));
  await expect(asked).rejects.toMatchObject({ code: 'kms/not-authorized' });
});

it('asks with another token when the key server refuses the first', async () => {
  const asked = keyServer.ask(ping);
  await serve((request) =>
    half.requests.length === 1
      ? kmsReply.failure(request.requestId, new CloisterError('kms/unauthenticated'))
      : done(request),
  );
  await expect(asked).resolves.toMatchObject({ status: 200 });
  const bearers = half.requests.map(({ client }) => client.credential.bearer);
  expect(new Set(bearers).size).toBe(2);
  expect(new Set(half.requests.map(({ requestId }) => requestId)).size).toBe(1);
});

it('seals a part for the core to forward, and reads its answer alone', async () => {
  const sealing = keyServer.seal({ method: 'create', uri: '/keys', body: { count: 1 } });
  await serve();
  const part = await sealing;
  const answer = await half.answer(part.sealed, ({ requestId }) => kmsReply.keysCreated(requestId, []));
  await expect(part.open(answer)).resolves.toMatchObject({ status: 201, keys: [] });
  const refusal = await half.answer(part.sealed, ({ requestId }) =>
    kmsReply.failure(requestId, new CloisterError('kms/room-mismatch')),
  );
  await expect(part.open(refusal)).rejects.toMatchObject({ code: 'kms/room-mismatch' });
  await expect(part.open('not.a.message')).rejects.toBeInstanceOf(CloisterError);
});

it('survives anything that comes in', async () => {
  const asked = keyServer.ask(ping);
  await settle();
  await keyServer.received(['', '...', '....', 'a.b.c', 'a.b.c.d.e', String(sent[0])]);
  await serve();
  await expect(asked).resolves.toMatchObject({ status: 200 });
});

it('ends what waits when who asked no longer wants to know', async () => {
  const enough = new AbortController();
  const asked = keyServer.ask({ ...ping, signal: enough.signal });
  asked.catch(() => {});
  const other = keyServer.ask(ping);
  await settle();
  enough.abort();
  await expect(asked).rejects.toMatchObject({ code: 'client/cancelled' });
  await expect(keyServer.ask({ ...ping, signal: enough.signal })).rejects.toMatchObject({ code: 'client/cancelled' });
  await serve();
  await expect(other).resolves.toMatchObject({ status: 200 });
});

it('ends what waits when the client closes', async () => {
  const asked = keyServer.ask(ping);
  asked.catch(() => {});
  await settle();
  keyServer.close();
  await expect(asked).rejects.toMatchObject({ code: 'client/cancelled' });
  await settle();
  expect(platform.next()).toBeUndefined();
});

it('tells whoever waits at once when nobody will answer, and goes on when somebody does again', async () => {
  const asked = [keyServer.ask(ping), keyServer.ask(ping)];
  await settle();
  keyServer.refused(new CloisterError('core/function-off'));
  for (const each of asked) await expect(each).rejects.toMatchObject({ code: 'core/function-off' });
  sent.length = 0;
  const again = keyServer.ask(ping);
  await serve();
  await expect(again).resolves.toMatchObject({ status: 200 });
});
