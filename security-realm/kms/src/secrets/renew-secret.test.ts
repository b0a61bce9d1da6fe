import { HsmClient } from '@cloister/hsm';
import { newId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRealm, provisionRealm, storeOf } from '../provision.ts';
import { renewableSecrets } from '../store/secret-row.ts';
import { TestRealm } from '../testing/test-realm.ts';
import { beginRenewal, finishRenewal } from './renew-secret.ts';

let realm: TestRealm;
let hsm: HsmClient;
beforeAll(async () => {
  realm = await TestRealm.open();
  hsm = new HsmClient({ socket: realm.hsm.socket, secret: Buffer.from(realm.hsm.secret) });
});
afterAll(async () => {
  hsm.close();
  await realm.close();
});

const parts = () => partsOf(realm, hsm);
const partsOf = (realm: TestRealm, hsm: HsmClient) => ({
  organisations: [realm.organisationId],
  database: realm.database,
  sideDatabase: realm.database,
  hsm,
  now: () => realm.clock.now,
  monotonicNow: () => realm.clock.monotonic,
  newId,
});
const secretOf = { static: 'staticKey', receipt: 'receiptKey', link: 'linkKey', tls: 'tlsKey' } as const;

it.each(renewableSecrets)('renews the %s key in two steps, each of which may be made again', async (name) => {
  const before = await provisionRealm(parts());
  await beginRenewal(storeOf(parts()), name, realm.clock.now);
  const begun = await openRealm(parts());
  expect(begun[secretOf[name]]).toEqual(before[secretOf[name]]);
  const next = begun.next[name];
  expect(next?.kid).toMatch(/^[\w-]{43}$/);
  expect(next?.kid).not.toBe(before[secretOf[name]].kid);
  await beginRenewal(storeOf(parts()), name, realm.clock.now);
  expect((await openRealm(parts())).next[name]).toEqual(next);

  await finishRenewal(storeOf(parts()), name, realm.clock.now);
  const finished = await openRealm(parts());
  expect(finished[secretOf[name]]).toEqual(next);
  expect(finished.next).toEqual({});
  expect(finished.staticBefore?.kid ?? null).toBe(
    name === 'static' ? before.staticKey.kid : (before.staticBefore?.kid ?? null),
  );
  await finishRenewal(storeOf(parts()), name, realm.clock.now);
  expect(await openRealm(parts())).toEqual(finished);
});

it('is finished once by several at the same moment', async () => {
  await beginRenewal(storeOf(parts()), 'link', realm.clock.now);
  const { next } = await openRealm(parts());
  await Promise.all(Array.from({ length: 3 }, () => finishRenewal(storeOf(parts()), 'link', realm.clock.now)));
  const finished = await openRealm(parts());
  expect(finished.linkKey).toEqual(next.link);
  expect(finished.next).toEqual({});
});

it('answers a client under the static key it knows, the successor, the present or the one before, and no older one', async () => {
  const own = await TestRealm.open();
  const store = () => new HsmClient({ socket: own.hsm.socket, secret: Buffer.from(own.hsm.secret) });
  const key = store();
  try {
    const renewed = async () => {
      await beginRenewal(storeOf(partsOf(own, key)), 'static', own.clock.now);
      await own.restart();
      // The device knows the key that was certified when the realm began.
      expect(await own.device().connect()).not.toBeNull();
      await finishRenewal(storeOf(partsOf(own, key)), 'static', own.clock.now);
      await own.restart();
    };
    await renewed();
    expect(await own.device().connect()).not.toBeNull();
    await beginRenewal(storeOf(partsOf(own, key)), 'static', own.clock.now);
    await finishRenewal(storeOf(partsOf(own, key)), 'static', own.clock.now);
    await own.restart();
    expect(await own.device().connect()).toBeNull();
  } finally {
    key.close();
    await own.close();
  }
});
