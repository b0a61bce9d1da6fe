import { type KmsRequest, type KmsResponse, kmsReply } from '@cloister/wire';
import { expect, it } from 'vitest';
import { HttpClient } from '../http/http-client.ts';
import { ChannelKeeper } from '../kms/channel-keeper.ts';
import { KeyServer } from '../kms/key-server.ts';
import { keyServerHalf } from '../testing/key-server-half.ts';
import { activity, ben, roomId } from '../testing/log.ts';
import { manualPlatform } from '../testing/manual-platform.ts';
import { CoreRooms } from './core-rooms.ts';
import { RoomChanges } from './room-changes.ts';

const half = { verb: 'add', object: { objectType: 'person', id: ben } } as const;
const resourceUri = 'kms://kms.acme.example/resources/5b8f6c5e-0f0f-4f0e-8d3f-2a1b3c4d5e6f';
const call = { method: 'create', uri: '/authorizations', body: { resourceUri, userIds: [ben] } } as const;

interface CorePart {
  readonly url: string;
  readonly authorization: string | null;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** The client's side of changes on real keys: what the core gets of each, and what the key server finds inside. */
const everything = async () => {
  const now = 1_800_000_000_000;
  const server = await keyServerHalf({ now: () => now });
  const { session } = server;
  const parts: CorePart[] = [];
  const done = ({ requestId }: KmsRequest): KmsResponse => kmsReply.done(requestId);
  const platform = manualPlatform(async (url, init) => {
    const text = String(init.body);
    const body = JSON.parse(text) as Record<string, unknown>;
    parts.push({ url, authorization: new Headers(init.headers).get('authorization'), text, body });
    const kmsMessage = await server.answer(String(body.kmsMessage), done);
    return Response.json({ ...activity(3, half), kmsMessage });
  });
  const clientId = async () => 'http://localhost/devices/1';
  const send = (message: string) => void server.answer(message, done).then((reply) => keyServer.received([reply]));
  const channels = new ChannelKeeper({ platform, session, clientId, trustedKey: async () => server.trustedKey, send });
  const keyServer = new KeyServer({ platform, session, clientId, channels, send });
  const http = new HttpClient({ platform, token: () => session.coreToken(), refused: session.refused });
  const core = new CoreRooms(http, async () => 'http://localhost/conversation/api/v1');
  return { changes: new RoomChanges(core, keyServer, platform.randomUuid), parts, requests: server.requests };
};

it('a change has a part for the core and a sealed one for the key server, each with its own token (R321, R323)', async () => {
  const { changes, parts, requests } = await everything();
  await changes.change(roomId, half, call);
  const [part] = parts;
  // "Part 1 (core): core auth token, add/remove op, room id."
  expect(part?.authorization).toBe('Bearer core');
  expect(part?.url).toMatch(new RegExp(`/conversations/${roomId}/activities$`));
  expect(part?.body).toMatchObject(half);
  // "Part 2 (KMS): encrypted with the ephemeral key: KMS auth token, op, room id, nonce."
  expect(requests).toMatchObject([
    { operation: 'createAuthorizations', resourceUri, authIds: [ben], roomId, requestId: expect.stringMatching(/./) },
  ]);
  expect(requests[0]?.client.credential.bearer).toBe('kms-0');
  expect(part?.text).not.toContain('kms-0');
});

it('no two changes carry the same nonce or the same sealed bytes (R321, R328)', async () => {
  const { changes, parts, requests } = await everything();
  for (let time = 0; time < 5; time++) await changes.change(roomId, half, call);
  expect(new Set(requests.map(({ requestId }) => requestId)).size).toBe(5);
  expect(new Set(parts.map(({ body }) => body.kmsMessage)).size).toBe(5);
});
