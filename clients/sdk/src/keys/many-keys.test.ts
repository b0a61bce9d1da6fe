import { newContentKey } from '@cloister/seal';
import { type KeyUri, type KmsRequest, type KmsResponse, kmsReply, newId, type ResourceUri } from '@cloister/wire';
import { expect, it } from 'vitest';
import { HttpClient } from '../http/http-client.ts';
import { ChannelKeeper } from '../kms/channel-keeper.ts';
import { KeyServer } from '../kms/key-server.ts';
import { MessageRelay } from '../kms/message-relay.ts';
import { memoryStore } from '../store/memory-store.ts';
import { keyServerHalf } from '../testing/key-server-half.ts';
import { manualPlatform, settle } from '../testing/manual-platform.ts';
import { ContentKeys } from './content-keys.ts';

const resourceUri = `kms://kms.globex.example/resources/${newId()}` as ResourceUri;
/** A room's keys: each device of three organisations made its own, at its own key server. */
const uris = Array.from({ length: 300 }, (_, n) => {
  const host = ['kms.acme.example', 'kms.globex.example', 'kms.umbrella.example'][n % 3];
  return `kms://${host}/keys/${newId()}` as KeyUri;
});

it('asks the own key server alone for 300 keys of a room that are made at three, in a few requests (R362)', async () => {
  const server = await keyServerHalf({ now: () => 1_800_000_000_000 });
  const give = (request: KmsRequest): KmsResponse => {
    if (request.operation !== 'retrieveKey') return kmsReply.done(request.requestId);
    const { kty, k, kid } = newContentKey(request.keyUri).revealJwk();
    return kmsReply.key(request.requestId, { uri: request.keyUri, jwk: { kty, k, kid }, resourceUri });
  };
  const posted: { destination: string; count: number }[] = [];
  const platform = manualPlatform(async (_url, init) => {
    const { destination, kmsMessages } = JSON.parse(String(init.body)) as {
      destination: string;
      kmsMessages: string[];
    };
    posted.push({ destination, count: kmsMessages.length });
    for (const message of kmsMessages) await keyServer.received([await server.answer(message, give)]);
    return new Response('{}', { status: 202 });
  });
  const { session } = server;
  const http = new HttpClient({ platform, token: async () => 'core', refused: () => {} });
  const destination = `kms://${session.deployment.kmsHost}`;
  const relay = new MessageRelay({ http, platform, address: async () => 'http://localhost/encryption', destination });
  const send = (message: string) => relay.send(message);
  const clientId = async () => 'http://localhost/devices/1';
  const channels = new ChannelKeeper({ platform, session, clientId, trustedKey: async () => server.trustedKey, send });
  const keyServer: KeyServer = new KeyServer({ platform, session, clientId, channels, send });
  const keys = new ContentKeys(keyServer, memoryStore(), () => false);

  const got = Promise.all(uris.map((uri) => keys.get(uri)));
  while (server.requests.length < uris.length) {
    await platform.advance(10);
    await settle();
  }
  expect((await got).map(({ uri }) => uri)).toEqual(uris);
  expect(new Set(posted.map((one) => one.destination))).toEqual(new Set(['kms://kms.acme.example']));
  const [handshake, ...batches] = posted;
  expect(handshake?.count).toBe(1);
  expect(batches.reduce((sum, { count }) => sum + count, 0)).toBe(300);
  expect(batches.length).toBeLessThanOrEqual(6);
});
