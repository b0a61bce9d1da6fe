import { expect, it } from 'vitest';
import { globalPlatform } from '../platform.ts';
import { OwnKeys, type OwnKeysOptions } from './own-keys.ts';

const bytes = Buffer.alloc(32, 1).toString('base64url');

const keysFrom = (answers: (n: number) => string[]) => {
  let asked = 0;
  const ask = async () => {
    asked += 1;
    return { status: 201, keys: answers(asked).map((uri) => ({ uri, jwk: { kty: 'oct', kid: uri, k: bytes } })) };
  };
  return new OwnKeys({ platform: globalPlatform, keyServer: { ask } } as unknown as OwnKeysOptions);
};

it('gives each of several rooms that are made at once a key of its own (R312)', async () => {
  const own = keysFrom((n) => [`kms://kms.acme.example/keys/00000000-0000-4000-8000-00000000000${n}`]);
  const keys = await Promise.all([own.unbound(), own.unbound(), own.unbound()]);
  expect(new Set(keys.map(({ uri }) => uri)).size).toBe(3);
});

it('gives up when the key server answers without a key', async () => {
  await expect(keysFrom(() => []).unbound()).rejects.toMatchObject({ code: 'kms/unavailable' });
});
