import { randomBytes } from 'node:crypto';
import { sql } from '@cloister/database';
import { newId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unwrapKek, wrapKek } from '../../keys/kek-wrap.ts';
import { insertKek, type KekRow, kekById, lockKeksUnder } from '../../store/kek-row.ts';
import { type KmsProcess, KmsProcesses } from '../../testing/kms-processes.ts';
import { TestMainKeys } from '../testing/test-main-keys.ts';

const KEKS = 1_000;
/** So many are held by the test, so that the rotation cannot be over when the process is killed. */
const HELD = 50;

let realm: KmsProcesses;
let keys: TestMainKeys;
const releases: (() => void)[] = [];

beforeAll(async () => {
  realm = await KmsProcesses.open();
  keys = new TestMainKeys(realm);
});
afterAll(async () => {
  for (const release of releases) release();
  await keys.close();
  await realm.close();
});

it('that is killed in the middle loses no KEK, and is finished by the next process (R008)', async () => {
  const { database, hsm } = keys;
  const { organisationId } = realm;
  const old = { keyId: await keys.upload(), organisationId };
  const plain = new Map<string, Buffer>();
  const rows: KekRow[] = [];
  for (let made = 0; made < KEKS; made++) {
    const kek = randomBytes(32);
    const place = { organisationId, level: 'content' as const, label: 'x', version: made + 1, kekId: newId() };
    plain.set(place.kekId, Buffer.from(kek));
    rows.push(await wrapKek(hsm, old, place, kek));
  }
  await database.transaction(async (tx) => {
    for (const row of rows) await insertKek(tx, row, new Date());
  });
  const head = { keyId: await keys.upload(), organisationId };
  const left = async () => {
    const { count } = await database.one(
      sql<{ count: number }>`select count(*)::integer as count from kek where hsm_key_id = ${old.keyId}`,
    );
    return count;
  };
  const readAll = async () => {
    for (const { kekId, version } of rows) {
      const row = await kekById(database, kekId, version);
      if (row === null) throw new Error('a KEK is gone');
      const kek = await unwrapKek(hsm, row.hsmKeyId === old.keyId ? old : head, row);
      if (!plain.get(kekId)?.equals(kek)) throw new Error('another KEK than was wrapped');
    }
    return rows.length;
  };

  const release = Promise.withResolvers<void>();
  releases.push(release.resolve);
  const held = Promise.withResolvers<void>();
  const holding = database.transaction(async (tx) => {
    await lockKeksUnder(tx, { organisationId, hsmKeyId: old.keyId, now: new Date(), limit: HELD });
    held.resolve();
    await release.promise;
  });
  await held.promise;
  const first = await realm.start('first');
  // The key store stands still in the middle of a batch, and in that moment the process is killed.
  while ((await left()) === KEKS);
  realm.hsm.signal('SIGSTOP');
  await realm.kill(first);
  realm.hsm.signal('SIGCONT');
  const stopped = await left();
  expect(stopped).toBeGreaterThanOrEqual(HELD);
  expect(stopped).toBeLessThan(KEKS);
  expect(await readAll()).toBe(KEKS);
  expect(await keys.stateOf(old.keyId)).toBe('rotation');
  release.resolve();
  await holding;

  const second: KmsProcess = await realm.start('second');
  while ((await keys.stateOf(old.keyId)) === 'rotation');
  expect(await keys.stateOf(old.keyId)).toBe('retired');
  expect(await left()).toBe(0);
  expect(await readAll()).toBe(KEKS);
  await realm.kill(second);
}, 120_000);
