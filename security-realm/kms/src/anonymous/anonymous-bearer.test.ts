import { generateKeyPairSync } from 'node:crypto';
import { type PrivateJwk, PrivateKey, signCompact } from '@cloister/seal';
import { type CompactJws, instanceUri, newId, parseKmsHost } from '@cloister/wire';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { AnonymousBearers } from './anonymous-bearer.ts';

const runs = Number(process.env.CLOISTER_RUNS ?? 100);
const kmsHost = parseKmsHost('kms.acme.example');
const bearing = {
  authorizationUri: instanceUri(kmsHost, 'authorizations', newId()),
  resourceUri: instanceUri(kmsHost, 'resources', newId()),
};
const now = new Date('2026-11-21T12:00:00.000Z');
const expiresAt = new Date('2026-11-21T13:00:00.000Z');
const refused = { code: 'kms/not-authorized' };

const newKey = () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  return PrivateKey.fromJwk('key', privateKey.export({ format: 'jwk' }) as unknown as PrivateJwk);
};

let key: PrivateKey;
let bearers: AnonymousBearers;
let bearer: CompactJws;
beforeAll(async () => {
  key = await newKey();
  bearers = new AnonymousBearers(kmsHost, key);
  bearer = await bearers.sign(bearing, { now, expiresAt });
});

describe('the bearer of an anonymous authorization', () => {
  it('says which authorization of which resource it is, until it ends', async () => {
    expect(await bearers.verify(bearer, now)).toEqual(bearing);
    await expect(bearers.verify(bearer, expiresAt)).rejects.toMatchObject(refused);
  });

  it('of another key or another key server is refused', async () => {
    const forged = await new AnonymousBearers(kmsHost, await newKey()).sign(bearing, { now, expiresAt });
    await expect(bearers.verify(forged, now)).rejects.toMatchObject(refused);
    const elsewhere = new AnonymousBearers(parseKmsHost('kms.globex.example'), key);
    await expect(elsewhere.verify(bearer, now)).rejects.toMatchObject(refused);
  });

  it('of another type is refused, though this key signed it', async () => {
    const payload = Buffer.from(bearer.split('.')[1] ?? '', 'base64url');
    for (const header of [{}, { typ: 'at+jwt' }]) {
      const other = await signCompact({ key, alg: 'EdDSA', header }, payload);
      await expect(bearers.verify(other as CompactJws, now)).rejects.toMatchObject(refused);
    }
  });

  it('of any other bytes is refused, all alike', async () => {
    const position = fc.nat(bearer.length - 1);
    const mutated = fc
      .tuple(position, fc.string({ maxLength: 3 }))
      .map(([at, text]) => bearer.slice(0, at) + text + bearer.slice(at + 1))
      .filter((text) => text !== bearer);
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, fc.string()), async (text) => {
        await expect(bearers.verify(text as CompactJws, now)).rejects.toMatchObject(refused);
      }),
      { numRuns: runs },
    );
  });
});
