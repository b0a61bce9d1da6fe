import { sql } from '@cloister/database';
import { idOf, type KeyUri } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from '../testing/test-client.ts';
import { kekOf } from './testing/kek-of.ts';
import { TestAmazon } from './testing/test-amazon.ts';
import { firstIn, overviewIn, TestKeeper } from './testing/test-keeper.ts';

const DAY = 24 * 3600_000;

let amazon: TestAmazon;
let keeper: TestKeeper;
let alice: TestClient;
/** How much of Amazon's log is of earlier tests. */
let heard = 0;
beforeAll(async () => {
  amazon = await TestAmazon.open();
});
afterAll(() => amazon.close());
beforeEach(async () => {
  const { realm } = amazon;
  keeper = await TestKeeper.afresh(realm);
  alice = await realm.client();
  amazon.kms.faults.clear();
  heard = amazon.kms.log.length;
});

const pass = async (ms: number) => {
  amazon.realm.pass(ms);
  await Promise.all([keeper.client.connect(), alice.connect()]);
  await amazon.realm.kms.masterKeys.look();
};
const mainKeyOf = async (uri: KeyUri) => {
  const { hsmKeyId, algorithm } = await kekOf(amazon.realm, uri);
  return { hsmKeyId, algorithm };
};
const lead = async (arn = amazon.usableKey()) => firstIn(await keeper.addArn(arn, { activate: true }));
/** What Amazon was asked in this test by us; the customer makes keys and grants. */
const asked = () => {
  const ours = amazon.kms.log.slice(heard).filter(({ principal }) => principal === amazon.principalArn);
  return new Set(ours.map(({ eventName }) => eventName));
};
const refusal = (code: string, more: object = {}) => ({ cloister: { code, ...more } });

describe('a key at Amazon', () => {
  it('is added by its ARN once its use was tried, and waits (R060, R070, R071, R072)', async () => {
    const arn = amazon.usableKey();
    const response = await keeper.addArn(arn);
    expect(response).toMatchObject({ status: 201, keysState: 'PENDING' });
    expect(firstIn(response)).toMatchObject({ usageState: 'PENDING', source: 'AWS_KMS', cloister: { arn } });
    expect(overviewIn(response)).toMatchObject({ head: 'default', principalArn: amazon.principalArn });
    expect(asked()).toEqual(new Set(['DescribeKey', 'Encrypt', 'Decrypt']));
    expect((await keeper.list('/awsKmsCmk')).customerMasterKeys).toHaveLength(1);
    expect((await keeper.list('/cmk')).customerMasterKeys).toEqual([]);
  });

  it('leads as an uploaded one does, and is asked for Encrypt, Decrypt and DescribeKey alone (R063, R072)', async () => {
    const before = await alice.createKey();
    const { uri } = await lead();
    const key = await alice.createKey();
    expect(await mainKeyOf(key.uri)).toEqual({ hsmKeyId: idOf(uri), algorithm: 2 });
    await amazon.realm.kms.masterKeys.rotate();
    expect(await mainKeyOf(before.uri)).toEqual({ hsmKeyId: idOf(uri), algorithm: 2 });
    await amazon.realm.restart();
    for (const each of [before, key]) {
      expect((await alice.ask({ method: 'retrieve', uri: each.uri })).key?.jwk).toEqual(each.jwk);
    }
    expect(asked()).toEqual(new Set(['DescribeKey', 'Encrypt', 'Decrypt']));
  });

  it('disappears when it was rotated out, by another key at Amazon or an uploaded one (R063, R073, R074)', async () => {
    const first = await lead();
    const key = await alice.createKey();
    const second = firstIn(await keeper.addArn(amazon.usableKey()));
    expect(firstIn(await keeper.update(second.uri, 'ACTIVE'))).toMatchObject({ usageState: 'ACTIVE' });
    expect((await keeper.overview()).keys.map(({ state }) => state)).toEqual(['rotation', 'active']);
    await amazon.realm.kms.masterKeys.rotate();
    expect((await keeper.overview()).keys).toMatchObject([{ uri: second.uri, state: 'active' }]);
    const third = await keeper.lead();
    await amazon.realm.kms.masterKeys.rotate();
    expect((await keeper.overview()).keys).toMatchObject([{ uri: third.uri, state: 'active' }]);
    expect((await mainKeyOf(key.uri)).hsmKeyId).toBe(idOf(third.uri));
    const stored = await amazon.realm.database.rows(sql`select arn from master_key where key_id = ${idOf(first.uri)}`);
    expect(stored).toEqual([{ arn: null }]);
  });

  it('is revoked locally, and never comes back by itself (R075)', async () => {
    const { uri } = await lead();
    const key = await alice.createKey();
    expect(firstIn(await keeper.update(uri, 'REVOKED'))).toMatchObject({
      usageState: 'REVOKED',
      cloister: { state: 'locally-revoked' },
    });
    await amazon.realm.kms.masterKeys.probe();
    await pass(5 * 60_000);
    await amazon.realm.kms.masterKeys.probe();
    expect((await keeper.overview()).keys).toMatchObject([{ state: 'locally-revoked' }]);
    expect(await alice.ask({ method: 'retrieve', uri: key.uri })).toMatchObject({ status: 405 });
    expect((await keeper.diagnose(uri)).cloister).toMatchObject({ diagnosis: { findings: ['ok', 'locally-revoked'] } });
    expect(firstIn(await keeper.update(uri, 'ACTIVE'))).toMatchObject({ usageState: 'ACTIVE' });
    await amazon.realm.kms.masterKeys.look();
    expect(await alice.ask({ method: 'retrieve', uri: key.uri })).toMatchObject({ status: 200 });
  });

  it('that Amazon refuses when it is to be activated is then revoked by Amazon, and can be held off (R076)', async () => {
    const arn = amazon.usableKey();
    const { uri } = await lead(arn);
    await keeper.update(uri, 'REVOKED');
    amazon.disable(arn);
    expect(firstIn(await keeper.update(uri, 'ACTIVE'))).toMatchObject({
      usageState: 'DISABLED',
      cloister: { state: 'revoked-by-amazon' },
    });
    expect(await keeper.update(uri, 'ACTIVE')).toMatchObject({
      status: 422,
      ...refusal('kms/key-unusable', { reason: 'disabled' }),
    });
    expect(firstIn(await keeper.update(uri, 'REVOKED')).cloister?.state).toBe('locally-revoked');
    amazon.enable(arn);
    expect(firstIn(await keeper.update(uri, 'ACTIVE'))).toMatchObject({ usageState: 'ACTIVE' });
  });

  it('is deleted, undeleted to revoked, and comes back after its removal by the same ARN alone (R050, R077)', async () => {
    const arn = amazon.usableKey();
    const { uri } = await lead(arn);
    const key = await alice.createKey();
    await alice.createResource([], [key.uri]);
    await keeper.update(uri, 'REVOKED');
    await keeper.update(uri, 'DELETED');
    expect(firstIn(await keeper.update(uri, 'REVOKED'))).toMatchObject({ usageState: 'REVOKED' });
    expect(firstIn(await keeper.deleteAll('/awsKmsCmk'))).toMatchObject({ uri, usageState: 'DELETED' });
    await pass(30 * DAY);
    await amazon.realm.kms.masterKeys.runTimers();
    expect((await keeper.list('/awsKmsCmk')).customerMasterKeys).toMatchObject([{ usageState: 'REMOVEDDIRTY' }]);
    const original = { status: 409, ...refusal('kms/original-key-required') };
    expect(await keeper.addArn(amazon.usableKey())).toMatchObject(original);
    expect(await keeper.upload()).toMatchObject(original);
    const back = firstIn(await keeper.addArn(arn));
    expect(back).toMatchObject({ uri, usageState: 'REVOKED' });
    expect(firstIn(await keeper.update(uri, 'ACTIVE'))).toMatchObject({ usageState: 'ACTIVE' });
    await amazon.realm.kms.masterKeys.look();
    expect((await alice.ask({ method: 'retrieve', uri: key.uri })).key?.jwk).toEqual(key.jwk);
    expect(asked()).toEqual(new Set(['DescribeKey', 'Encrypt', 'Decrypt']));
  });
});

describe('a key at Amazon is refused', () => {
  it('without a grant, naming what is missing, and is there once the grant is (R069)', async () => {
    const arn = amazon.makeKey();
    const response = await keeper.addArn(arn);
    expect(response).toMatchObject({ status: 422, ...refusal('kms/key-unusable', { reason: 'denied' }) });
    expect(response.cloister?.missing).toEqual(expect.arrayContaining(['Encrypt', 'Decrypt', 'DescribeKey']));
    expect(await keeper.overview()).toMatchObject({ keys: [] });
    amazon.grant(arn, ['Encrypt', 'DescribeKey']);
    expect(await keeper.addArn(arn)).toMatchObject(refusal('kms/key-unusable', { missing: ['Decrypt'] }));
    amazon.grant(arn);
    expect(await keeper.addArn(arn)).toMatchObject({ status: 201 });
  });

  it.each([
    ['disabled', 'disabled', (arn: string) => amazon.disable(arn)],
    [
      'about to be deleted',
      'pending-deletion',
      (KeyId: string) => amazon.kms.perform(amazon.customer, 'ScheduleKeyDeletion', { KeyId }),
    ],
  ])('while it is %s (R070)', async (_, reason, off) => {
    const arn = amazon.usableKey();
    off(arn);
    expect(await keeper.addArn(arn, { activate: true })).toMatchObject({
      status: 422,
      ...refusal('kms/key-unusable', { reason }),
    });
    expect(await keeper.overview()).toMatchObject({ head: 'default', keys: [] });
  });

  it('when it is of another kind (R065)', async () => {
    const arn = amazon.makeKey({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
    amazon.grant(arn);
    expect(await keeper.addArn(arn)).toMatchObject(refusal('kms/key-unusable', { reason: 'wrong-kind' }));
  });

  it('when what was given is no ARN of a key', async () => {
    for (const given of [
      'alias/mine',
      'arn:aws:kms:us-east-2:111122223333:alias/mine',
      'arn:aws:s3:::bucket',
      '1234abcd-12ab-34cd-56ef-1234567890ab',
      'x',
    ]) {
      expect(await keeper.addArn(given)).toMatchObject({ status: 422, ...refusal('kms/not-an-arn') });
    }
  });

  it("with another organisation's grant: each has its own principal (R068)", async () => {
    const arn = amazon.usableKey();
    const sister = await TestKeeper.of(amazon.realm, amazon.realm.sisterOrganisationId);
    expect(await sister.addArn(arn)).toMatchObject(refusal('kms/key-unusable', { reason: 'denied' }));
    expect(overviewIn(await sister.list()).principalArn).not.toBe(amazon.principalArn);
    expect(await keeper.addArn(arn)).toMatchObject({ status: 201 });
  });

  it('when it is there already, and when one waits (R040)', async () => {
    const arn = amazon.usableKey();
    await lead(arn);
    expect(await keeper.addArn(arn)).toMatchObject({ status: 409, ...refusal('kms/conflict') });
    await keeper.addArn(amazon.usableKey());
    expect(await keeper.addArn(amazon.usableKey())).toMatchObject(refusal('kms/pending-exists'));
  });

  it('without blaming the key, when our own credential is at fault (R078)', async () => {
    const { uri } = firstIn(await keeper.addArn(amazon.usableKey()));
    amazon.kms.faults.inject({ fault: 'UnrecognizedClientException' });
    expect(await keeper.update(uri, 'ACTIVE')).toMatchObject({ status: 501, ...refusal('kms/no-aws') });
    expect((await keeper.diagnose(uri)).cloister).toMatchObject({ diagnosis: { findings: ['our-credential'] } });
    expect((await keeper.overview()).keys).toMatchObject([{ state: 'pending' }]);
    expect((await keeper.overview()).keys[0]?.unusable).toBeUndefined();
  });

  it('with silence, not with a verdict, while Amazon cannot be reached', async () => {
    const arn = amazon.usableKey();
    amazon.kms.faults.inject({ fault: 'KMSInternalException' });
    const ask = { method: 'create', uri: '/awsKmsCmk', customerMasterKey: arn, assignedOrgId: keeper.organisationId };
    expect(await keeper.client.try(ask)).toBeNull();
    amazon.kms.faults.clear();
    expect(await keeper.client.try(ask)).toMatchObject({ status: 201 });
  });
});

describe('what is wrong with it is said (R078, R079)', () => {
  const diagnosisOf = async (uri: string) => (await keeper.diagnose(uri)).cloister?.diagnosis;

  it('with the ARN, the principal, the state of the key and what is missing', async () => {
    const arn = amazon.usableKey();
    const { uri } = await lead(arn);
    const common = { arn, principalArn: amazon.principalArn };
    expect(await diagnosisOf(uri)).toEqual({
      ...common,
      keyState: 'Enabled',
      missing: [],
      fault: null,
      findings: ['ok'],
    });
    amazon.disable(arn);
    expect(await diagnosisOf(uri)).toMatchObject({ ...common, keyState: 'Disabled', findings: ['key-disabled'] });
    amazon.enable(arn);
    amazon.kms.perform(amazon.customer, 'ScheduleKeyDeletion', { KeyId: arn });
    expect(await diagnosisOf(uri)).toMatchObject({ keyState: 'PendingDeletion', findings: ['key-pending-deletion'] });
  });

  it('when the grant is gone', async () => {
    const arn = amazon.makeKey();
    const grantId = amazon.grant(arn);
    const { uri } = await lead(arn);
    amazon.kms.perform(amazon.customer, 'RevokeGrant', { KeyId: arn, GrantId: grantId });
    expect(await diagnosisOf(uri)).toMatchObject({
      findings: ['grant-missing'],
      missing: expect.arrayContaining(['Encrypt', 'Decrypt', 'DescribeKey']),
    });
  });

  it('of an uploaded key too: the hsm has it, and it is the same', async () => {
    const { uri } = await keeper.lead();
    expect(await diagnosisOf(uri)).toEqual({ missing: [], fault: null, findings: ['ok'] });
  });
});
