import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { CloisterError, type KmsResponse, type MasterKeyOverview, type MasterKeyUri, newId } from '@cloister/wire';
import { beforeEach, expect, it } from 'vitest';
import type { KmsCall } from '../kms/key-server.ts';
import { Refusal } from '../kms/refusal.ts';
import { formatCheck } from './format-check.ts';
import type { KeyManagement } from './key-management.ts';
import { KeyUnusable } from './key-unusable.ts';
import { masterKeyCheck } from './master-key-check.ts';
import { makeMasterKeyFile } from './master-key-file.ts';
import { keyManagement } from './open-key-management.ts';

const organisationId = newId();
const uri = `kms://kms.acme.example/cmk/${newId()}` as MasterKeyUri;
const overview: MasterKeyOverview = {
  version: 4,
  isFrozen: false,
  head: 'default',
  keystore: 'software',
  protection: 'software',
  defaultUri: uri,
  defaultRole: 'active',
  principalArn: null,
  reach: { people: 3, rooms: 2 },
  keys: [],
  history: [],
};
const reply = (): KmsResponse => ({ status: 200, requestId: 'r', cloister: { masterKeys: { ...overview } } });

let asked: { call: KmsCall; requestId: string | undefined }[];
let answer: (call: KmsCall) => KmsResponse;
let keys: KeyManagement;

beforeEach(() => {
  asked = [];
  answer = () => reply();
  keys = keyManagement(organisationId, async (call, requestId) => {
    asked.push({ call, requestId });
    return answer(call);
  });
});

it.each<[string, (on: KeyManagement) => Promise<unknown>, string, string]>([
  ['activates', (on) => on.activate(uri, 4), uri, 'ACTIVE'],
  ['revokes', (on) => on.revoke(uri, 4), uri, 'REVOKED'],
  ['deletes', (on) => on.delete(uri, 4), uri, 'DELETED'],
  ['undeletes', (on) => on.undelete(uri, 4), uri, 'REVOKED'],
  ['removes', (on) => on.removePending(uri, 4), uri, 'REMOVEDCLEAN'],
  ['goes back to the default', (on) => on.useDefault(4), 'default', 'ACTIVE'],
])(
  '%s a key by the published operation, with the version it was decided on (R030, R031, R033)',
  async (_, act, named, keyState) => {
    expect(await act(keys)).toEqual(overview);
    const body = { assignedOrgId: organisationId, keyState, cloister: { version: 4 } };
    expect(asked.map(({ call }) => call)).toEqual([{ method: 'update', uri: named, body }]);
  },
);

it('uploads in standard base64', async () => {
  expect(await keys.upload(Uint8Array.from([251, 255]), { activate: true, version: 4 })).toEqual(overview);
  await keys.addAwsKey('arn:aws:kms:eu-west-1:1:key/2', { activate: false });
  const [uploaded, added] = asked.map(({ call }) => call);
  const its = { assignedOrgId: organisationId };
  const cloister = { activate: true, version: 4 };
  expect(uploaded).toEqual({ method: 'create', uri: '/cmk', body: { ...its, customerMasterKey: '+/8=', cloister } });
  expect(added).toMatchObject({ uri: '/awsKmsCmk', body: { ...its, cloister: { activate: false } } });
});

it('sends a change that nobody answered under the same id again, and a new one under its own', async () => {
  answer = () => {
    throw new CloisterError('kms/timeout');
  };
  await expect(keys.revoke(uri, 4)).rejects.toMatchObject({ code: 'kms/timeout' });
  answer = () => reply();
  await keys.revoke(uri, 4);
  await keys.revoke(uri, 4);
  const ids = asked.map(({ requestId }) => requestId);
  expect(ids[0]).toBe(ids[1]);
  expect(new Set(ids).size).toBe(2);
});

it('asks anew for what nobody answered once another change was made in between', async () => {
  answer = () => {
    throw new CloisterError('kms/timeout');
  };
  await expect(keys.revoke(uri)).rejects.toMatchObject({ code: 'kms/timeout' });
  answer = () => reply();
  await keys.activate(uri);
  await keys.revoke(uri);
  const ids = asked.map(({ requestId }) => requestId);
  expect(new Set(ids).size).toBe(3);
});

it('says why Amazon refuses, and what the grant lacks (R079)', async () => {
  answer = () => {
    throw new Refusal('kms/key-unusable', { code: 'kms/key-unusable', reason: 'denied', missing: ['Decrypt'] });
  };
  const failed = keys.activate(uri);
  await expect(failed).rejects.toBeInstanceOf(KeyUnusable);
  await expect(failed).rejects.toMatchObject({ code: 'kms/key-unusable', reason: 'denied', missing: ['Decrypt'] });
});

it('refuses an answer without the keys', async () => {
  answer = () => ({ status: 200, requestId: 'r' });
  await expect(keys.overview()).rejects.toMatchObject({ code: 'client/unreadable' });
  await expect(keys.publicKey()).rejects.toMatchObject({ code: 'client/unreadable' });
  await expect(keys.diagnose(uri)).rejects.toMatchObject({ code: 'client/unreadable' });
});

it.each([3072, 4096])(
  'makes a key file that the holder of the %i-bit key opens by the documents’ OAEP (R012)',
  async (bits) => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
    const { key, wrapped } = await makeMasterKeyFile(publicKey.export({ type: 'spki', format: 'pem' }).toString());
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    expect(privateDecrypt({ key: privateKey, padding, oaepHash: 'sha256' }, wrapped)).toEqual(Buffer.from(key));
    expect([key.length, wrapped.length]).toEqual([32, bits / 8]);
  },
);

it('makes another key each time, of 32 random bytes (R010, R019)', async () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const made = [await makeMasterKeyFile(pem), await makeMasterKeyFile(pem)];
  const [first, second] = made.map(({ key }) => Buffer.from(key));
  expect([first?.length, second?.length]).toEqual([32, 32]);
  expect(first).not.toEqual(second);
  // 32 random bytes have hardly ever so few different values.
  for (const key of [first, second]) expect(new Set(key).size).toBeGreaterThan(16);
});

it.each(['', 'no key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'])(
  'makes none for %j',
  async (pem) => {
    await expect(makeMasterKeyFile(pem)).rejects.toMatchObject({ code: 'client/invalid-request' });
  },
);

it('computes the check value that openssl mac -cipher AES-256-CBC CMAC gives', () => {
  const key = Uint8Array.from({ length: 32 }, (_, index) => index);
  const check = masterKeyCheck(key, '1eb65fdf-9643-417f-9974-ad72cae0e10f');
  expect(check).toBe('70d7969301d11f1279d3be216b98dbbb');
  expect(formatCheck(check)).toMatch(/^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
  expect(() => masterKeyCheck(key.slice(1), 'x')).toThrowError(
    expect.objectContaining({ code: 'client/invalid-request' }),
  );
});
