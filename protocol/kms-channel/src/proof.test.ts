import type { EcPublicJwk, PrivateKey } from '@cloister/seal';
import { CloisterError, parseKmsHost } from '@cloister/wire';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ProofSubject } from './proof.ts';
import { type ChannelOver, channelOver, codeOf, setNames } from './testing/channel-over.ts';

const RUNS = Number(process.env.CLOISTER_RUNS ?? 100);
const NOW = new Date('2026-11-21T20:00:00.000Z');

describe.each(setNames)('the proof of possession over %s primitives (R303)', (name) => {
  let over: ChannelOver;
  let device: PrivateKey;
  let subject: ProofSubject;
  beforeAll(async () => {
    over = await channelOver(name);
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
    const jwk = over.seal.publicPart(await crypto.subtle.exportKey('jwk', pair.publicKey));
    device = over.seal.PrivateKey.fromCryptoKey('device', pair.privateKey, jwk);
    const { publicJwk } = await over.seal.PrivateKey.generateEphemeral('e');
    subject = { bearer: 'TOKEN', channelJwk: publicJwk, kmsHost: parseKmsHost('kms.acme.localhost'), now: NOW };
  });

  it('has the documented form and names the signing key (wires §2)', async () => {
    const proof = await over.channel.signProof(device, subject);
    const { header, payload } = over.seal.parseJws(proof);
    expect(header).toEqual({ alg: 'ES256', typ: 'cloister-kms-proof+jwt', jwk: device.publicJwk });
    expect(JSON.parse(new TextDecoder().decode(payload))).toEqual({
      ath: await over.seal.sha256Text('TOKEN'),
      channel: await over.seal.thumbprint(subject.channelJwk),
      aud: 'kms.acme.localhost',
      iat: NOW.getTime() / 1000,
    });
    expect(await over.channel.verifyProof(proof, subject)).toBe(await over.seal.thumbprint(device.publicJwk));
  });

  it('serves no other token, channel, key server or time', async () => {
    const proof = await over.channel.signProof(device, subject);
    const { publicJwk } = await over.seal.PrivateKey.generateEphemeral('e2');
    const channelJwk: EcPublicJwk = publicJwk;
    for (const change of [
      { bearer: 'ANOTHER' },
      { channelJwk },
      { kmsHost: parseKmsHost('kms.globex.localhost') },
      { now: new Date(NOW.getTime() + 301_000) },
      { now: new Date(NOW.getTime() - 301_000) },
    ]) {
      expect(await codeOf(over.channel.verifyProof(proof, { ...subject, ...change }))).toBe('kms/unauthenticated');
    }
  });

  it('is not another JWS by the same key, nor one by a key it does not carry', async () => {
    const proof = await over.channel.signProof(device, subject);
    const payload = over.seal.parseJws(proof).payload;
    const dpop = { typ: 'dpop+jwt', jwk: device.publicJwk };
    const others = [
      await over.seal.signCompact({ key: device, alg: 'ES256', header: dpop }, payload),
      await over.seal.signCompact({ key: device, alg: 'ES256', header: { typ: 'cloister-kms-proof+jwt' } }, payload),
      await over.seal.signCompact(
        { key: device, alg: 'ES256', header: { typ: 'cloister-kms-proof+jwt', jwk: subject.channelJwk } },
        payload,
      ),
      `${proof.split('.')[0]}.${Buffer.from(JSON.stringify({ ath: 1 })).toString('base64url')}.${proof.split('.')[2]}`,
    ];
    for (const other of others) {
      expect(await codeOf(over.channel.verifyProof(other, subject))).toBe('kms/unauthenticated');
    }
  });

  it('gives one error for any text and any signed claims', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.anything()), fc.json(), async (text, json) => {
        const header = { typ: 'cloister-kms-proof+jwt', jwk: device.publicJwk };
        const signed = await over.seal.signCompact({ key: device, alg: 'ES256', header }, json);
        for (const proof of [text as string, signed]) {
          const error = await over.channel.verifyProof(proof, subject).catch((caught: unknown) => caught);
          expect(error).toMatchObject({
            code: new CloisterError('kms/unauthenticated').code,
            detail: 'the proof does not fit',
          });
        }
      }),
      { numRuns: RUNS },
    );
  });
});
