// The published client's calls for an organisation's own main key (kms.md §1.6, "upload customer master key" of its
// integration spec, with the 32 bytes that the documents ask for), and what it says while the key is off (§1.7).
import assert from 'node:assert/strict';
import { constants, publicEncrypt, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { person } from './deployment.mjs';
import { publishedClient } from './published-client.mjs';

/** Keys at AWS KMS: one whose owner has given our principal a grant, and one of somebody else. */
const amazon = JSON.parse(process.env.CLOISTER_AMAZON_KEYS);

const isRefused = (status) => (error) => {
  assert.equal(error.body?.status ?? error.status, status, `${error}`);
  return true;
};

const encrypted = (publicKey, bytes) =>
  publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, bytes).toString(
    'base64',
  );

describe("the published client's calls for an organisation's own main key", () => {
  let alice;
  let ben;
  let assignedOrgId;
  /** A content key of before everything. */
  let oldKey;
  let uri;

  const list = async (options = {}) =>
    (await alice.encryption.kms.listAllCustomerMasterKey({ assignedOrgId, ...options })).customerMasterKeys;
  const states = async (options) => Object.fromEntries((await list(options)).map((key) => [key.uri, key.usageState]));
  const change = (keyId, keyState) =>
    alice.encryption.kms.changeCustomerMasterKeyState({ keyId, keyState, assignedOrgId });
  const upload = async (bytes, options = {}) => {
    const publicKey = await alice.encryption.kms.fetchPublicKey({ assignedOrgId });
    const customerMasterKey = encrypted(publicKey, bytes);
    return alice.encryption.kms.uploadCustomerMasterKey({ assignedOrgId, customerMasterKey, ...options });
  };
  const boundKey = async (owner) => {
    const [key] = await owner.encryption.kms.createUnboundKeys({ count: 1 });
    await owner.encryption.kms.createResource({ userIds: [owner.person.id], key });
    return key;
  };
  /** The key is released as it was made. */
  const isReadable = async (key) =>
    assert.equal((await ben.encryption.kms.fetchKey({ uri: key.uri })).jwk.k, key.jwk.k);

  before(async () => {
    [alice, ben] = await Promise.all(['alice', 'ben'].map((name) => publishedClient(person(name))));
    assignedOrgId = alice.person.organisationId;
    oldKey = await boundKey(ben);
  });

  after(async () => {
    for (const client of [alice, ben]) await client.close();
    setTimeout(() => process.exit(), 500).unref();
  });

  it('refuses everything to who is no full administrator (R004)', async () => {
    const { kms } = ben.encryption;
    const customerMasterKey = randomBytes(512).toString('base64');
    await assert.rejects(kms.fetchPublicKey({ assignedOrgId }), isRefused(403));
    for (const awsKms of [false, true]) {
      const key = awsKms ? amazon.granted : customerMasterKey;
      await assert.rejects(
        kms.uploadCustomerMasterKey({ assignedOrgId, customerMasterKey: key, awsKms }),
        isRefused(403),
      );
      await assert.rejects(kms.listAllCustomerMasterKey({ assignedOrgId, awsKms }), isRefused(403));
      await assert.rejects(kms.deleteAllCustomerMasterKeys({ assignedOrgId, awsKms }), isRefused(403));
    }
    await assert.rejects(kms.useGlobalMasterKey({ assignedOrgId }), isRefused(403));
    assert.deepEqual(await list(), []);
  });

  it('refuses 16 bytes as any other bad upload, and keeps nothing of them (R011, R012)', async () => {
    for (const length of [16, 31, 33]) await assert.rejects(upload(randomBytes(length)), isRefused(422));
    await assert.rejects(upload(Buffer.alloc(32)), isRefused(422));
    assert.deepEqual(await list(), []);
  });

  it('uploads a customer master key, lists and activates it, and old content stays readable (R007, R022)', async () => {
    const { customerMasterKeys, keysState } = await upload(randomBytes(32));
    assert.equal(keysState, 'PENDING');
    ({ uri } = customerMasterKeys[0]);
    assert.deepEqual(await states(), { [uri]: 'PENDING' });
    await assert.rejects(upload(randomBytes(32)), isRefused(409));
    const activated = await change(uri, 'ACTIVE');
    assert.deepEqual(
      [activated.customerMasterKeys[0].uri, activated.customerMasterKeys[0].usageState],
      [uri, 'ACTIVE'],
    );
    await isReadable(oldKey);
    await isReadable(await boundKey(ben));
  });

  it('says that the key was revoked, and emits its event, until it is active again (R028, R029)', async () => {
    const key = await boundKey(ben);
    let told = 0;
    ben.encryption.on('event:kms:key:revoke:encryption:failure', () => {
      told += 1;
    });
    const revoked = await change(uri, 'REVOKED');
    assert.equal(revoked.customerMasterKeys[0].usageState, 'REVOKED');
    for (const work of [
      () => ben.encryption.kms.fetchKey({ uri: key.uri }),
      () => ben.encryption.kms.fetchKey({ uri: oldKey.uri }),
      () => ben.encryption.kms.createUnboundKeys({ count: 1 }),
    ]) {
      await assert.rejects(work(), (error) => {
        assert.deepEqual([error.body.status, error.body.errorCode], [405, 405005]);
        return true;
      });
    }
    assert.equal(told, 3);
    assert.equal((await change(uri, 'ACTIVE')).customerMasterKeys[0].usageState, 'ACTIVE');
    for (const each of [key, oldKey]) await isReadable(each);
  });

  it('deletes all keys or none: pending ones are removed, revoked ones deleted, active ones refuse it (R032, R033)', async () => {
    const { customerMasterKeys } = await upload(randomBytes(32));
    const pending = customerMasterKeys[0].uri;
    const remove = () => alice.encryption.kms.deleteAllCustomerMasterKeys({ assignedOrgId });
    await assert.rejects(remove(), isRefused(409));
    assert.deepEqual(await states(), { [uri]: 'ACTIVE', [pending]: 'PENDING' });
    await change(uri, 'REVOKED');
    await remove();
    assert.deepEqual(await states(), { [uri]: 'DELETED' });
    await assert.rejects(change(uri, 'ACTIVE'), isRefused(409));
    assert.equal((await change(uri, 'REVOKED')).customerMasterKeys[0].usageState, 'REVOKED');
    await change(uri, 'ACTIVE');
    await isReadable(oldKey);
  });

  it('removes a pending key by its state, however it is spelt', async () => {
    const { customerMasterKeys } = await upload(randomBytes(32));
    await change(customerMasterKeys[0].uri, 'removedclean');
    assert.deepEqual(await states(), { [uri]: 'ACTIVE' });
  });

  it('goes back to the global master key, and nothing is lost (R016)', async () => {
    const key = await boundKey(ben);
    await alice.encryption.kms.useGlobalMasterKey({ assignedOrgId });
    assert.notEqual((await states())[uri], 'ACTIVE');
    for (const each of [key, oldKey]) await isReadable(each);
  });

  it('takes a key in AWS KMS by its ARN, one that it may use (R060, R070)', async () => {
    const awsKms = true;
    const add = (customerMasterKey) =>
      alice.encryption.kms.uploadCustomerMasterKey({ assignedOrgId, customerMasterKey, awsKms });
    await assert.rejects(add(amazon.strange), isRefused(422));
    await assert.rejects(add('arn:aws:kms:us-east-2:111122223333:alias/main'), isRefused(422));
    assert.deepEqual(await list({ awsKms }), []);
    const added = (await add(amazon.granted)).customerMasterKeys[0];
    assert.deepEqual([added.usageState, added.source], ['PENDING', 'AWS_KMS']);
    await change(added.uri, 'ACTIVE');
    const key = await boundKey(ben);
    for (const each of [key, oldKey]) await isReadable(each);

    await change(added.uri, 'REVOKED');
    await assert.rejects(ben.encryption.kms.fetchKey({ uri: key.uri }), isRefused(405));
    await alice.encryption.kms.deleteAllCustomerMasterKeys({ assignedOrgId, awsKms });
    assert.deepEqual(await states({ awsKms }), { [added.uri]: 'DELETED' });
    await change(added.uri, 'REVOKED');
    await change(added.uri, 'ACTIVE');
    for (const each of [key, oldKey]) await isReadable(each);
    await alice.encryption.kms.useGlobalMasterKey({ assignedOrgId });
    await isReadable(key);
  });
});
