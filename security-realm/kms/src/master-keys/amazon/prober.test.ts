import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from '../../testing/test-client.ts';
import { TestRealm } from '../../testing/test-realm.ts';
import { startAfresh } from '../testing/start-afresh.ts';
import { TestAmazon } from '../testing/test-amazon.ts';
import { TestMainKeys } from '../testing/test-main-keys.ts';

/** A round of the prober at the longest, with its jitter. */
const ROUND = 66_000;
const CONFIRM = 5_000;

let amazon: TestAmazon;
let keys: TestMainKeys;
let alice: TestClient;

beforeAll(async () => {
  amazon = await TestAmazon.open();
  keys = new TestMainKeys(amazon.realm);
});
beforeEach(async () => {
  amazon.kms.faults.clear();
  await startAfresh(amazon.realm);
  amazon.realm.logged = '';
  alice = await amazon.realm.client();
});
afterAll(async () => {
  await keys.close();
  await amazon.close();
});

const jobs = () => amazon.realm.kms.masterKeys;
const probeAfter = async (ms: number) => {
  amazon.realm.pass(ms);
  await jobs().probe();
  await jobs().look();
};
const retrieve = (uri: string) => alice.try({ method: 'retrieve', uri });
/** What Amazon was asked by us since then. */
const asked = (since: number) =>
  amazon.kms.log
    .slice(since)
    .flatMap(({ principal, eventName }) => (principal === amazon.principalArn ? [eventName] : []));

/** An organisation whose main key is at Amazon, and a content key under it. */
const setting = async () => {
  const arn = amazon.makeKey();
  const grantId = amazon.grant(arn);
  const keyId = await keys.add(arn);
  const key = await alice.createKey();
  await jobs().look();
  await jobs().probe();
  return { arn, grantId, keyId, key };
};

describe('a main key that is turned off at Amazon (R076)', () => {
  it.each([
    ['is disabled', (KeyId: string) => amazon.disable(KeyId), (KeyId: string) => amazon.enable(KeyId)],
    [
      'loses its grant',
      (KeyId: string, GrantId: string) => amazon.kms.perform(amazon.customer, 'RevokeGrant', { KeyId, GrantId }),
      (KeyId: string) => amazon.grant(KeyId),
    ],
    [
      'is about to be deleted',
      (KeyId: string) => amazon.kms.perform(amazon.customer, 'ScheduleKeyDeletion', { KeyId }),
      (KeyId: string) => {
        amazon.kms.perform(amazon.customer, 'CancelKeyDeletion', { KeyId });
        amazon.enable(KeyId);
      },
    ],
  ])('and %s turns the organisation off at the second look, and on again when it is back', async (_, off, on) => {
    const { arn, grantId, keyId, key } = await setting();
    off(arn, grantId);
    await probeAfter(ROUND);
    expect(await keys.stateOf(keyId)).toBe('active');
    await probeAfter(CONFIRM - 1);
    expect(await keys.stateOf(keyId)).toBe('active');
    await probeAfter(1);
    expect(await keys.stateOf(keyId)).toBe('revoked-by-amazon');
    expect(await keys.find()).toMatchObject({ isFrozen: true });
    expect(await retrieve(key.uri)).toMatchObject({ status: 405, errorCode: 405005 });
    on(arn);
    await probeAfter(ROUND);
    expect(await keys.stateOf(keyId)).toBe('revoked-by-amazon');
    await probeAfter(CONFIRM);
    expect(await keys.stateOf(keyId)).toBe('active');
    expect((await retrieve(key.uri))?.key?.jwk).toEqual(key.jwk);
  });

  it('turns the organisation off at once when it was just to be used: the use has failed already', async () => {
    const { arn, keyId, key } = await setting();
    amazon.disable(arn);
    // Its KEK is forgotten after a minute, and then Amazon is asked.
    amazon.realm.pass(60_000);
    expect(await retrieve(key.uri)).toBeNull();
    await jobs().useDenied(keyId);
    expect(await keys.stateOf(keyId)).toBe('revoked-by-amazon');
    expect(await retrieve(key.uri)).toMatchObject({ status: 405 });
  });

  it('is not believed to be off by a denial that passes', async () => {
    const { keyId } = await setting();
    const mend = amazon.kms.faults.inject({ fault: 'AccessDeniedException', operation: 'DescribeKey' });
    await probeAfter(ROUND);
    mend();
    await probeAfter(CONFIRM);
    expect(await keys.stateOf(keyId)).toBe('active');
    amazon.kms.faults.inject({ fault: 'AccessDeniedException', operation: 'DescribeKey', times: 1 });
    await probeAfter(ROUND);
    expect(await keys.stateOf(keyId)).toBe('active');
  });

  it('is not taken back by one good answer between denials', async () => {
    const { arn, keyId } = await setting();
    amazon.disable(arn);
    await probeAfter(ROUND);
    await probeAfter(CONFIRM);
    amazon.enable(arn);
    await probeAfter(ROUND);
    amazon.disable(arn);
    await probeAfter(CONFIRM);
    amazon.enable(arn);
    await probeAfter(ROUND);
    expect(await keys.stateOf(keyId)).toBe('revoked-by-amazon');
    await probeAfter(CONFIRM);
    expect(await keys.stateOf(keyId)).toBe('active');
  });
});

describe('what is no fault of the key', () => {
  it.each(['UnrecognizedClientException', 'KMSInternalException', 'reset'] as const)(
    '(%s) turns nothing off, whoever asks and however long: it is logged, and what is in memory serves for its minute',
    async (fault) => {
      const { keyId, key } = await setting();
      expect((await retrieve(key.uri))?.key?.jwk).toEqual(key.jwk);
      amazon.kms.faults.inject({ fault });
      await probeAfter(59_000);
      expect((await retrieve(key.uri))?.key?.jwk).toEqual(key.jwk);
      await probeAfter(ROUND);
      await jobs().useDenied(keyId);
      expect(await retrieve(key.uri)).toBeNull();
      expect(await keys.stateOf(keyId)).toBe('active');
      expect(jobs().proberFaults()).toBeGreaterThan(0);
      expect(amazon.realm.logged).toContain('"amazon.probe-failed"');
      amazon.kms.faults.clear();
      expect((await retrieve(key.uri))?.key?.jwk).toEqual(key.jwk);
    },
    60_000,
  );
});

describe('the prober', () => {
  it('never asks about a key that was revoked here (R075)', async () => {
    const { keyId } = await setting();
    await keys.happen({ type: 'revoke', keyId });
    const since = amazon.kms.log.length;
    await probeAfter(ROUND);
    await probeAfter(ROUND);
    await jobs().useDenied(keyId);
    expect(asked(since)).toEqual([]);
    expect(await keys.stateOf(keyId)).toBe('locally-revoked');
  });

  it('looks by DescribeKey alone while nothing changes, once a round, however many nodes there are (R061)', async () => {
    await setting();
    const second = await TestRealm.secondNode(amazon.realm);
    const since = amazon.kms.log.length;
    for (let round = 0; round < 3; round++) {
      amazon.realm.pass(ROUND);
      await Promise.all([jobs().probe(), second.kms.masterKeys.probe(), jobs().probe()]);
    }
    expect(asked(since)).toEqual(['DescribeKey', 'DescribeKey', 'DescribeKey']);
  });

  it('notes that a waiting key cannot be used, and that it can be again; the organisation goes on', async () => {
    const arn = amazon.usableKey();
    const keyId = await keys.add(arn, false);
    await jobs().probe();
    amazon.disable(arn);
    await probeAfter(ROUND);
    await probeAfter(CONFIRM);
    const unusable = async () => (await keys.find()).keys.find((key) => key.keyId === keyId)?.unusable;
    expect(await unusable()).toBe('disabled');
    expect(await keys.find()).toMatchObject({ isFrozen: false });
    amazon.enable(arn);
    await probeAfter(ROUND);
    await probeAfter(CONFIRM);
    expect(await unusable()).toBeNull();
  });

  it('notes it of a key in rotation too: what is under the head goes on, the rest waits for Amazon (R074)', async () => {
    const { arn, keyId, key } = await setting();
    amazon.disable(arn);
    const head = await keys.upload();
    await jobs().rotate();
    await jobs().useDenied(keyId);
    expect(await keys.stateOf(keyId)).toBe('rotation');
    expect(await keys.find()).toMatchObject({ isFrozen: false, headKeyId: head });
    const since = amazon.kms.log.length;
    await jobs().rotate();
    expect(asked(since)).toEqual([]);
    const fresh = await alice.createKey();
    amazon.realm.pass(60_000);
    expect((await retrieve(fresh.uri))?.key?.jwk).toEqual(fresh.jwk);
    expect(await retrieve(key.uri)).toBeNull();
    // The probe that this set off is over before the next.
    await jobs().useDenied(keyId);
    amazon.enable(arn);
    await probeAfter(ROUND);
    await probeAfter(CONFIRM);
    await jobs().rotate();
    expect(await keys.stateOf(keyId)).toBe('removed');
    expect((await retrieve(key.uri))?.key?.jwk).toEqual(key.jwk);
    expect(asked(0).filter((name) => !['Encrypt', 'Decrypt', 'DescribeKey'].includes(name))).toEqual([]);
  });
});
