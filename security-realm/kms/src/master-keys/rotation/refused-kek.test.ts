import { randomBytes } from 'node:crypto';
import { type Sql, sql } from '@cloister/database';
import { type CustomerMasterKey, idOf } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { KekRow } from '../../store/kek-row.ts';
import type { TestClient } from '../../testing/test-client.ts';
import { TestRealm } from '../../testing/test-realm.ts';
import { TestKeeper } from '../testing/test-keeper.ts';
import { TestMainKeys } from '../testing/test-main-keys.ts';

const HOUR_MS = 3_600_000;

let realm: TestRealm;
let keeper: TestKeeper;
let keys: TestMainKeys;
let alice: TestClient;
/** The key in rotation, and how many KEKs it has to give up. */
let old: CustomerMasterKey['uri'];
let total: number;

beforeAll(async () => {
  realm = await TestRealm.open();
  keeper = await TestKeeper.of(realm);
  keys = new TestMainKeys(realm);
});
beforeEach(async () => {
  alice = await realm.client();
  await keeper.client.connect();
  old = (await keeper.lead()).uri;
  await realm.kms.masterKeys.rotate();
  // Content keys over many of the sixteen KEKs of this generation.
  await alice.createKeys(100);
  await keeper.lead();
  total = (await keksUnder(old)).length;
  expect(total).toBeGreaterThan(3);
});
afterAll(async () => {
  await keys.close();
  await realm.close();
});

const keksUnder = (uri: CustomerMasterKey['uri']) =>
  realm.database.rows(sql<KekRow>`select kek_id as "kekId", version, wrapped, commitment from kek
    where hsm_key_id = ${idOf(uri)} order by kek_id`);
const change = ({ kekId }: KekRow, what: Sql) =>
  realm.database.execute(sql`update kek set ${what} where kek_id = ${kekId}`);
const rotate = async () => {
  await realm.kms.masterKeys.look();
  return realm.kms.masterKeys.rotate();
};
const oldKey = async () => (await keeper.overview()).keys.find(({ uri }) => uri === old);
const told = () => realm.logged.split('\n').filter((line) => line.includes('rotation.kek-refused'));

it('a KEK that its main key does not open is named and shown, stops no other, and keeps the main key (R008)', async () => {
  const [first, second, third] = (await keksUnder(old)) as [KekRow, KekRow, KekRow];
  // Two rows that were exchanged, and one with another's commitment.
  await change(first, sql`wrapped = ${second.wrapped}`);
  await change(second, sql`wrapped = ${first.wrapped}`);
  await change(third, sql`commitment = ${randomBytes(32)}`);
  const before = told().length;

  expect(await rotate()).toBe(total - 3);
  const left = await keksUnder(old);
  expect(left.map(({ kekId }) => kekId)).toEqual([first.kekId, second.kekId, third.kekId]);
  expect(left[0]?.wrapped).toEqual(second.wrapped);
  expect(await oldKey()).toMatchObject({ state: 'rotation', rotation: { total, done: total - 3, refused: 3 } });
  expect(await realm.kms.masterKeys.numbers()).toMatchObject({ refusedKeks: 3, leftToRewrap: 3 });
  const lines = told().slice(before);
  expect(lines.length).toBe(3);
  for (const { kekId } of left) expect(lines.join()).toContain(kekId);

  // It is not tried over and over, but in an hour again.
  expect(await rotate()).toBe(0);
  expect(told().length).toBe(before + 3);
  realm.pass(HOUR_MS);
  await keeper.client.connect();
  expect(await rotate()).toBe(0);
  expect(told().length).toBe(before + 6);
  expect(await oldKey()).toMatchObject({ state: 'rotation', rotation: { refused: 3 } });

  // As from a backup: the rows as they were, which have nothing of what was tried meanwhile.
  for (const row of [first, second, third]) {
    const { wrapped, commitment } = row;
    await change(row, sql`wrapped = ${wrapped}, commitment = ${commitment}, rewrap_at = default`);
  }
  expect(await rotate()).toBe(3);
  expect(await keksUnder(old)).toEqual([]);
  expect(await oldKey()).toMatchObject({ state: 'retired' });
});

it('a main key that the hsm does not have blames no KEK for it', async () => {
  const { organisationId } = realm;
  await keys.hsm.destroy({ keyId: idOf(old), organisationId });
  const before = told().length;
  expect(await rotate()).toBe(0);
  expect(told().length).toBe(before);
  expect(realm.logged).toContain('hsm/not-found');
  expect((await keksUnder(old)).length).toBe(total);
  const shown = (await oldKey())?.rotation;
  expect(shown).toMatchObject({ total, done: 0 });
  expect(shown).not.toHaveProperty('refused');
});
