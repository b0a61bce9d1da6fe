import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import type { TrustedKmsKey } from '@cloister/certs';
import type { PrivateJwk, PrivateKey, SecretKey } from '@cloister/seal';
import { CloisterError, kmsReply, parseKmsHost, parseUuid } from '@cloister/wire';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { HandshakeInput } from './index.ts';
import { type ChannelOver, channelOver, codeOf, setNames } from './testing/channel-over.ts';

const RUNS = Number(process.env.CLOISTER_RUNS ?? 100);
const HOST = parseKmsHost('kms.acme.localhost');
const KID = `kms://${HOST}`;
const NOW = Date.parse('2026-11-21T20:00:00.000Z');
const HOUR = 60 * 60 * 1000;
const USER = '11111111-1111-4111-8111-111111111111';
const newRsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const [rsa, otherRsa] = [newRsa(), newRsa()] as unknown as [PrivateJwk, PrivateJwk];
const client = { clientId: 'https://wdm.example/devices/1', credential: { userId: USER, bearer: 'TOKEN' } };

describe.each(setNames)('the handshake over %s primitives', (name) => {
  let over: ChannelOver;
  let staticKey: PrivateKey;
  let clock: number;
  let input: HandshakeInput;
  beforeAll(async () => {
    over = await channelOver(name);
    staticKey = await over.seal.PrivateKey.fromJwk(KID, rsa);
    input = {
      staticKey: { kid: KID, host: HOST, jwk: { kty: 'RSA', n: rsa.n, e: rsa.e } } as unknown as TrustedKmsKey,
      clientId: client.clientId,
      userId: USER,
      bearer: 'TOKEN',
      requestId: 'request-1',
      now: () => clock,
    };
    clock = NOW;
  });

  const answerTo = async (message: string, changes: object = {}) =>
    over.channel.answerHandshake({
      staticKey,
      kmsHost: HOST,
      request: await over.channel.openHandshake(staticKey, message, HOST),
      userId: USER,
      channelId: parseUuid('49870d2b-17e9-4e9a-8ee1-a4fd48c57d24'),
      now: new Date(NOW),
      expiresAt: new Date(NOW + HOUR),
      ...changes,
    });
  const sign = (body: unknown, key = staticKey) => over.seal.signCompact({ key }, JSON.stringify(body));
  const bodyOf = (jws: string) => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString());

  it.each(['PS256', 'RS256'] as const)(
    'opens a channel that both halves use, answered with %s (R300, R302)',
    async (alg) => {
      const handshake = await over.channel.startHandshake(input);
      const { jws, channelKey } = await answerTo(handshake.message, { alg });
      expect(JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString())).toEqual({ alg, kid: KID });
      const channel = await handshake.finish(jws);
      expect(channel.uri).toBe(channelKey.kid);
      const ping = { method: 'update', uri: '/ping', requestId: 'request-2', client };
      const request = await over.channel.openRequest(channelKey, await channel.seal(ping), HOST);
      expect(request).toMatchObject({ operation: 'ping', requestId: 'request-2', client });
      const reply = await over.channel.sealResponse(channelKey, kmsReply.done(request.requestId));
      expect(await channel.open(reply)).toEqual({ status: 200, requestId: 'request-2' });
    },
  );

  it('makes a fresh ephemeral key for each handshake, on both sides (R300)', async () => {
    const keys = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      const handshake = await over.channel.startHandshake(input);
      const { jwk } = await over.channel.openHandshake(staticKey, handshake.message, HOST);
      const { channel } = await answerTo(handshake.message);
      keys.add(jwk.x).add(channel.jwk.x);
    }
    expect(keys.size).toBe(6);
  });

  it('shows no token and no key on the wire or in print (R283)', async () => {
    const handshake = await over.channel.startHandshake({ ...input, bearer: 'SECRET-BEARER' });
    const { jws, channelKey } = await answerTo(handshake.message);
    const channel = await handshake.finish(jws);
    const secret = channelKey.revealJwk().k;
    const shown = [
      ...[handshake.message, jws].map((text) => text.split('.').map((p) => Buffer.from(p, 'base64url').toString())),
      inspect({ handshake, channel, channelKey }, { depth: 9, showHidden: true }),
    ].join();
    expect(shown).not.toContain('SECRET-BEARER');
    expect(shown).not.toContain(secret);
  });

  it('drops a private key that a client sends along (kms.md §1.4)', async () => {
    const { publicJwk } = await over.seal.PrivateKey.generateEphemeral('e');
    const jwk = { ...publicJwk, d: 'PRIVATE-PART', kid: 'e' };
    const request = { method: 'create', uri: '/ecdhe', requestId: 'r', jwk, client };
    const message = await over.seal.sealRsaOaep({ jwk: input.staticKey.jwk, kid: KID }, JSON.stringify(request));
    const opened = await over.channel.openHandshake(staticKey, message, HOST);
    expect(inspect(opened, { depth: 9 })).not.toContain('PRIVATE-PART');
    expect(opened.uri).toBe('/ecdhe');
  });

  describe('the client', () => {
    it('refuses an answer signed by another key under the same kid', async () => {
      const handshake = await over.channel.startHandshake(input);
      const { jws } = await answerTo(handshake.message);
      const forger = await over.seal.PrivateKey.fromJwk(KID, otherRsa);
      expect(await codeOf(handshake.finish(await sign(bodyOf(jws), forger)))).toBe('channel/untrusted-answer');
      expect(await codeOf(handshake.finish(jws))).toBe('no error');
    });

    it.each<[string, (body: Record<string, unknown> & { key: Record<string, unknown> }) => object]>([
      ['to another request', (body) => ({ ...body, requestId: 'request-0' })],
      ['without a request id', ({ requestId: _, ...body }) => body],
      ['without a key', ({ key: _, ...body }) => body],
      ['with another status', (body) => ({ ...body, status: 200 })],
      ['for another person', (body) => ({ ...body, key: { ...body.key, userId: 'someone' } })],
      ['for another device', (body) => ({ ...body, key: { ...body.key, clientId: 'elsewhere' } })],
      [
        'from another key server',
        (body) => ({ ...body, key: { ...body.key, uri: `${body.key.uri}`.replace('acme', 'evil') } }),
      ],
      [
        'naming a content key',
        (body) => ({ ...body, key: { ...body.key, uri: `${body.key.uri}`.replace('ecdhe', 'keys') } }),
      ],
      ['without an expiration', (body) => ({ ...body, key: { ...body.key, expirationDate: undefined } })],
      ['with a malformed expiration', (body) => ({ ...body, key: { ...body.key, expirationDate: 'soon' } })],
      ['that has expired', (body) => ({ ...body, key: { ...body.key, expirationDate: new Date(NOW).toISOString() } })],
    ])('refuses an answer %s', async (_, change) => {
      const handshake = await over.channel.startHandshake(input);
      const { jws } = await answerTo(handshake.message);
      expect(await codeOf(handshake.finish(await sign(change(bodyOf(jws)))))).toBe('channel/untrusted-answer');
    });

    it('refuses a key that is off the curve', async () => {
      const handshake = await over.channel.startHandshake(input);
      const body = bodyOf((await answerTo(handshake.message)).jws);
      // The server key of the draft's own example is not on P-256 (kms.md §5).
      body.key.jwk.x = '8mdasnEZac2LWxMwKExikKU5LLacLQlcOt7A6n1ZGUA';
      expect(await codeOf(handshake.finish(await sign(body)))).toBe('seal/invalid-key');
    });

    it('keeps a channel no longer than a day, whatever it is granted (R305)', async () => {
      const handshake = await over.channel.startHandshake(input);
      const { jws } = await answerTo(handshake.message, { expiresAt: new Date(NOW + 100 * 24 * HOUR) });
      expect((await handshake.finish(jws)).expiresAt).toBe(NOW + 24 * HOUR);
    });

    it('hears a refusal signed by the key server as that refusal', async () => {
      const handshake = await over.channel.startHandshake(input);
      const refusal = kmsReply.failure('request-1', new CloisterError('kms/unauthenticated'));
      const jws = await over.channel.refuseHandshake({ staticKey }, refusal);
      expect(await codeOf(handshake.finish(jws))).toBe('kms/unauthenticated');
      expect(await codeOf(handshake.finish(jws))).toBe('channel/untrusted-answer');
    });

    it('is finished once', async () => {
      const handshake = await over.channel.startHandshake(input);
      const { jws } = await answerTo(handshake.message);
      await handshake.finish(jws);
      expect(await codeOf(handshake.finish(jws))).toBe('channel/untrusted-answer');
    });

    it('answers any text with a typed error and stays ready for the right answer', async () => {
      const handshake = await over.channel.startHandshake(input);
      const { jws } = await answerTo(handshake.message);
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.string(), fc.anything()), async (text) => {
          expect(await codeOf(handshake.finish(text as string))).toBe('channel/untrusted-answer');
        }),
        { numRuns: RUNS },
      );
      await fc.assert(
        fc.asyncProperty(fc.json(), async (json) => {
          const signed = await over.seal.signCompact({ key: staticKey }, json);
          expect(await codeOf(handshake.finish(signed))).toBe('channel/untrusted-answer');
        }),
        { numRuns: Math.min(RUNS, 50) },
      );
      expect(await codeOf(handshake.finish(jws))).toBe('no error');
    });
  });

  describe('the key server', () => {
    const sealRequest = (request: unknown, kid = KID) =>
      over.seal.sealRsaOaep({ jwk: input.staticKey.jwk, kid }, JSON.stringify(request));
    const request = (changes: object = {}) => ({
      method: 'create',
      uri: '/ecdhe',
      requestId: 'r',
      // The client key of the draft's example, which is on the curve.
      jwk: {
        kty: 'EC',
        crv: 'P-256',
        x: 'VoFkf6Wk5kDQ1ob6csBmiMPHU8jALwdtaap35Fsj20M',
        y: 'XymwN6u2PmsKbIPy5iij6qZ-mIyej5dvZWB_75lnRgQ',
      },
      client,
      ...changes,
    });
    const opening = async (message: string | Promise<string>) =>
      codeOf(over.channel.openHandshake(staticKey, await message, HOST));

    it('reads the published forms of a handshake (kms.md §1.4)', async () => {
      expect(await opening(sealRequest(request()))).toBe('no error');
      expect(await opening(sealRequest(request({ uri: `${KID}/ecdhe` })))).toBe('no error');
      const noUser = { ...client, credential: { bearer: 'TOKEN' } };
      expect(await opening(sealRequest(request({ client: noUser })))).toBe('no error');
      const sha256 = over.seal.sealRsaOaep(
        { jwk: input.staticKey.jwk, kid: KID, alg: 'RSA-OAEP-256' },
        JSON.stringify(request()),
      );
      expect(await opening(sha256)).toBe('no error');
    });

    it('refuses a point off the curve, another curve and another request', async () => {
      const jwk = request().jwk;
      expect(await opening(sealRequest(request({ jwk: { ...jwk, y: jwk.x } })))).toBe('seal/invalid-key');
      expect(await opening(sealRequest(request({ jwk: { ...jwk, crv: 'P-384' } })))).toBe('wire/invalid-message');
      expect(await opening(sealRequest(request({ uri: '/keys', count: 1 })))).toBe('kms/invalid-request');
      expect(await opening(sealRequest(request({ uri: 'kms://kms.evil.localhost/ecdhe' })))).toBe(
        'kms/invalid-request',
      );
      expect(await opening(sealRequest({}))).toBe('wire/invalid-message');
    });

    it('refuses what is sealed to another key or in another way', async () => {
      expect(await opening(sealRequest(request(), 'kms://kms.evil.localhost'))).toBe('seal/invalid-key');
      const other = { kty: 'RSA', n: otherRsa.n ?? '', e: otherRsa.e ?? '' } as const;
      const foreign = over.seal.sealRsaOaep({ jwk: other, kid: KID }, JSON.stringify(request()));
      expect(await opening(foreign)).toBe('seal/open-failed');
      const direct = over.seal.sealDir({ key: over.seal.SecretKey.generate(KID), kid: KID }, JSON.stringify(request()));
      expect(await opening(direct)).toBe('seal/unsupported-algorithm');
      expect(await opening('x'.repeat(64 * 1024 + 1))).toBe('wire/too-large');
    });

    it('answers any text, sealed or not, with a typed error', async () => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.string(), fc.anything()), async (text) => {
          expect(await opening(text as string)).toMatch(/^(seal|wire)\//);
        }),
        { numRuns: RUNS },
      );
      await fc.assert(
        fc.asyncProperty(fc.jsonValue(), async (value) => {
          expect(await opening(sealRequest(value))).toMatch(/^(seal|wire|kms)\//);
        }),
        { numRuns: Math.min(RUNS, 50) },
      );
    });
  });

  describe('the channel', () => {
    let key: SecretKey;
    const open = async () => {
      const handshake = await over.channel.startHandshake(input);
      const { jws, channelKey } = await answerTo(handshake.message);
      key = channelKey;
      return handshake.finish(jws);
    };
    const reply = (body: unknown) => over.seal.sealDir({ key, kid: key.kid }, JSON.stringify(body));

    it('seals and opens nothing once it has expired (R305)', async () => {
      const channel = await open();
      const answer = await reply(kmsReply.done('r'));
      clock = NOW + HOUR - 1;
      expect(await codeOf(channel.open(answer))).toBe('no error');
      clock = NOW + HOUR;
      expect(await codeOf(channel.seal({}))).toBe('kms/reset');
      expect(await codeOf(channel.open(answer))).toBe('kms/reset');
      clock = NOW;
    });

    it('takes no message of another channel, and nothing that is not a reply', async () => {
      const channel = await open();
      const elsewhere = await over.seal.sealDir({ key, kid: 'kms://x/ecdhe/1' }, JSON.stringify(kmsReply.done('r')));
      expect(await codeOf(channel.open(elsewhere))).toBe('channel/untrusted-answer');
      expect(await codeOf(channel.open(await reply({ status: 200 })))).toBe('wire/invalid-message');
      expect(await codeOf(channel.open(await reply('x')))).toBe('wire/invalid-message');
    });

    it('returns refusals as replies, which turn into their errors', async () => {
      const channel = await open();
      const ours = kmsReply.failure('r', new CloisterError('kms/room-mismatch'));
      expect(over.channel.refusalOf(await channel.open(await reply(ours)))).toMatchObject({
        code: 'kms/room-mismatch',
      });
      const theirs = { status: 403, requestId: 'r', reason: 'User x has no authorization' };
      expect(over.channel.refusalOf(await channel.open(await reply(theirs)))).toMatchObject({
        code: 'kms/not-authorized',
      });
      const odd = { status: 418, requestId: 'r', cloister: { code: 'core/internal' } };
      expect(over.channel.refusalOf(await channel.open(await reply(odd)))).toMatchObject({
        code: 'kms/invalid-request',
      });
      expect(over.channel.refusalOf(await channel.open(await reply(kmsReply.done('r'))))).toBeNull();
    });

    it('is reset by the key server alone, and by a reset that names it (R306, threats 20)', async () => {
      const channel = await open();
      const forger = await over.seal.PrivateKey.fromJwk(KID, otherRsa);
      const other = 'kms://kms.acme.localhost/ecdhe/00000000-0000-4000-8000-000000000000' as typeof channel.uri;
      const forged = await over.channel.signReset({ staticKey: forger }, { channelUri: channel.uri });
      expect(await codeOf(channel.open(forged))).toBe('seal/invalid-signature');
      expect(await codeOf(channel.open(await over.channel.signReset({ staticKey }, { channelUri: other })))).toBe(
        'channel/untrusted-answer',
      );
      expect(await codeOf(channel.open(await sign({ status: 200, requestId: 'r' })))).toBe('channel/untrusted-answer');
      expect(await codeOf(channel.seal({}))).toBe('no error');
      const reset = await over.channel.signReset({ staticKey }, { channelUri: channel.uri, requestId: 'r' });
      expect(bodyOf(reset)).toMatchObject({ status: 499, requestId: 'r' });
      expect(await codeOf(channel.open(reset))).toBe('kms/reset');
      expect(await codeOf(channel.seal({}))).toBe('kms/reset');
    });

    it('serves no handshake and no other channel on the key server either', async () => {
      const channel = await open();
      const { publicJwk } = await over.seal.PrivateKey.generateEphemeral('e');
      const inner = await channel.seal({ method: 'create', uri: '/ecdhe', requestId: 'r', jwk: publicJwk, client });
      expect(await codeOf(over.channel.openRequest(key, inner, HOST))).toBe('kms/invalid-request');
      const elsewhere = await over.seal.sealDir({ key, kid: null }, '{}');
      expect(await codeOf(over.channel.openRequest(key, elsewhere, HOST))).toBe('seal/invalid-key');
    });

    it('answers any text or value with a typed error, on both sides', async () => {
      const channel = await open();
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.string(), fc.anything()), fc.jsonValue(), async (text, value) => {
          expect(await codeOf(channel.open(text as string))).toMatch(/^(seal|wire|channel)\//);
          expect(await codeOf(over.channel.openRequest(key, text as string, HOST))).toMatch(/^(seal|wire)\//);
          const sealed = await reply(value);
          expect(await codeOf(channel.open(sealed))).toMatch(/^(wire\/.*|no error)$/);
          expect(await codeOf(over.channel.openRequest(key, sealed, HOST))).toMatch(/^(wire\/.*|no error)$/);
          expect(await codeOf(Promise.resolve().then(() => over.channel.routeOf(text as string)))).toMatch(
            /^(seal|wire)\//,
          );
        }),
        { numRuns: RUNS },
      );
    });
  });
});
