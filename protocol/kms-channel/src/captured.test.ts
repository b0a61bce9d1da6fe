import type { TrustedKmsKey } from '@cloister/certs';
import type { PrivateKey, SecretKey } from '@cloister/seal';
import { type KmsHost, type KmsResponse, parseKmsHost } from '@cloister/wire';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  agreement,
  channelKey,
  clientJwk,
  embedded,
  handshakeAnswer,
  handshakeRequest,
  keysRequest,
  keysResponse,
  staticJwk,
} from './testing/captured.ts';
import { type ChannelOver, channelOver, setNames } from './testing/channel-over.ts';

const HOST: KmsHost = parseKmsHost('kms.realm.example');
const CHANNEL = 'kms://kms.realm.example/ecdhe/49870d2b-17e9-4e9a-8ee1-a4fd48c57d24';
const NOW = Date.parse('2026-11-21T20:21:10.100Z');
const client = {
  clientId: 'https://wdm.example/devices/1',
  credential: { userId: '11111111-1111-4111-8111-111111111111', bearer: 'TOKEN' },
};
const input = {
  staticKey: {
    kid: 'kms://kms.realm.example',
    host: HOST,
    jwk: { kty: 'RSA', n: staticJwk.n, e: staticJwk.e },
  } as unknown as TrustedKmsKey,
  clientId: client.clientId,
  userId: client.credential.userId,
  bearer: client.credential.bearer,
  requestId: '82eb1563-7c8b-41e6-b8bd-2245fb96e148',
  now: () => NOW,
};

describe.each(setNames)('the captured protocol over %s primitives (R306)', (name) => {
  let over: ChannelOver;
  let staticKey: PrivateKey;
  let key: SecretKey;
  beforeAll(async () => {
    over = await channelOver(name);
    staticKey = await over.seal.PrivateKey.fromJwk('kms://kms.realm.example', staticJwk);
    key = over.seal.SecretKey.fromJwk({ kty: 'oct', k: channelKey }, CHANNEL);
  });

  it('agrees on the key of the node-kms test, from both sides', async () => {
    const { d, x, y, theirX, theirY, k } = agreement;
    const mine = await over.seal.PrivateKey.fromJwk('local', { kty: 'EC', crv: 'P-256', x, y, d });
    const agreed = await over.seal.agreeKey('k', mine, { kty: 'EC', crv: 'P-256', x: theirX, y: theirY });
    expect(agreed.revealJwk().k).toBe(k);
  });

  it('opens the captured handshake request', async () => {
    const opened = await over.seal.openRsaOaep(staticKey, handshakeRequest.wire);
    expect(new TextDecoder().decode(opened)).toBe(handshakeRequest.plaintext);
    const request = await over.channel.openHandshake(staticKey, handshakeRequest.wire, HOST);
    expect(request).toMatchObject({ operation: 'createEphemeralKey', requestId: input.requestId, client });
    expect(over.channel.routeOf(handshakeRequest.wire)).toEqual({ form: 'handshake', kid: 'kms://kms.realm.example' });
  });

  it('finishes the captured handshake with the captured channel key', async () => {
    const ephemeral = await over.seal.PrivateKey.fromJwk('ephemeral', clientJwk);
    const jwk = { ...clientJwk, kty: 'EC', crv: 'P-256' } as const;
    const handshake = await over.handshakeWith(input, ephemeral, jwk);
    const channel = await handshake.finish(handshakeAnswer.wire);
    expect(channel.uri).toBe(CHANNEL);
    expect(new Date(channel.expiresAt).toISOString()).toBe('2026-11-21T21:21:10.100Z');
    expect(await channel.open(keysResponse.wire)).toEqual(JSON.parse(keysResponse.plaintext));
    expect(over.channel.routeOf(handshakeAnswer.wire)).toEqual({
      form: 'signed',
      kid: 'kms://kms.realm.example',
      requestId: input.requestId,
    });
    // What it sends is what was captured, member for member and in order; the sealing differs each time.
    const sent = await over.seal.openRsaOaep(staticKey, handshake.message);
    expect(new TextDecoder().decode(sent)).toBe(handshakeRequest.plaintext);
    expect(handshake.message.split('.')[0]).toBe(handshakeRequest.wire.split('.')[0]);
  });

  it('answers as captured: header, members and order', async () => {
    const request = await over.channel.openHandshake(staticKey, handshakeRequest.wire, HOST);
    const mine = await over.seal.PrivateKey.generateEphemeral('ephemeral');
    const terms = {
      staticKey,
      kmsHost: HOST,
      request,
      userId: input.userId,
      channelId: '49870d2b-17e9-4e9a-8ee1-a4fd48c57d24' as never,
      now: new Date('2026-11-21T20:21:10.099Z'),
      expiresAt: new Date('2026-11-21T21:21:10.100Z'),
    };
    const { jws } = await over.answerWith(terms, mine);
    const [header, payload = ''] = jws.split('.');
    expect(header).toBe(handshakeAnswer.wire.split('.')[0]);
    const captured = JSON.parse(handshakeAnswer.plaintext);
    captured.key.jwk = mine.publicJwk;
    expect(Buffer.from(payload, 'base64url').toString()).toBe(JSON.stringify(captured));
  });

  it('opens the captured request for keys, and its reply', async () => {
    const opened = await over.seal.openDirText(key, keysRequest.wire);
    expect(opened).toBe(keysRequest.plaintext);
    expect(await over.channel.openRequest(key, keysRequest.wire, HOST)).toMatchObject({
      operation: 'createKeys',
      count: 2,
      requestId: 'acc8888f-e330-4258-b843-e40c5baef2cb',
      client,
    });
    expect(await over.seal.openDirText(key, keysResponse.wire)).toBe(keysResponse.plaintext);
    expect(over.channel.routeOf(keysResponse.wire)).toEqual({ form: 'sealed', kid: CHANNEL });
  });

  it('carries every captured embedded request and reply both ways', async () => {
    const operations = [];
    for (const { request, response } of embedded) {
      const asked = { ...JSON.parse(request), client };
      const sealed = await over.seal.sealDir({ key, kid: CHANNEL }, JSON.stringify(asked));
      const read = await over.channel.openRequest(key, sealed, HOST);
      operations.push(read.operation);
      expect(read.requestId).toBe(asked.requestId);
      const reply: KmsResponse = JSON.parse(response);
      const sent = await over.channel.sealResponse(key, reply);
      expect(JSON.parse(await over.seal.openDirText(key, sent))).toEqual(JSON.parse(response));
    }
    expect(operations).toEqual(['createResource', 'createAuthorizations', 'deleteAuthorization', 'bindKey']);
  });
});
