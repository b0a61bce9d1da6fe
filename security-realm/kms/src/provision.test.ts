import { type Database, sql } from '@cloister/database';
import { HsmClient } from '@cloister/hsm';
import { newId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRealm, provisionRealm } from './provision.ts';
import { TestRealm } from './testing/test-realm.ts';

let realm: TestRealm;
let hsm: HsmClient;
let database: Database;
beforeAll(async () => {
  realm = await TestRealm.open();
  hsm = new HsmClient({ socket: realm.hsm.socket, secret: Buffer.from(realm.hsm.secret) });
  database = realm.database;
});
afterAll(async () => {
  hsm.close();
  await realm.close();
});

const parts = () => ({
  organisations: [realm.organisationId],
  database,
  sideDatabase: database,
  hsm,
  now: () => realm.clock.now,
  monotonicNow: () => realm.clock.monotonic,
  newId,
});
const names = async () =>
  (await database.rows(sql<{ name: string }>`select name from realm_secret order by name`)).map(({ name }) => name);

it('gives a realm of an earlier version the key it lacks when it starts, the same at every node', async () => {
  const before = await provisionRealm(parts());
  await database.execute(sql`delete from realm_secret where name = 'tls'`);
  const [one, other] = await Promise.all([openRealm(parts()), openRealm(parts())]);
  expect(one.tlsKey.publicJwk).toMatchObject({ kty: 'EC', crv: 'P-256' });
  expect(one.tlsKey.publicJwk).not.toEqual(before.tlsKey.publicJwk);
  expect(other).toEqual(one);
  expect(await openRealm(parts())).toEqual(one);
  expect(one.staticKey).toEqual(before.staticKey);
});

it('makes no key at a start before the realm was provisioned', async () => {
  await database.execute(sql`delete from realm_secret where name in ('static', 'tls')`);
  await expect(openRealm(parts())).rejects.toMatchObject({ code: 'config/invalid' });
  expect(await names()).toEqual(['authorization', 'link', 'receipt']);
});
