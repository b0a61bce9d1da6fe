import { randomBytes } from 'node:crypto';
import { sql } from '@cloister/database';
import { HsmClient } from '@cloister/hsm';
import { idOf, type MasterKeyUri, newId } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { TestRealm } from '../../testing/test-realm.ts';
import { findOrganisationKeys } from '../store/organisation-keys-row.ts';
import { firstIn, TestKeeper } from '../testing/test-keeper.ts';
import { takeUpload } from './take-upload.ts';

const DAY = 24 * 3600_000;
let realm: TestRealm;
let keeper: TestKeeper;
let hsm: HsmClient;
beforeAll(async () => {
  realm = await TestRealm.open();
  hsm = new HsmClient({ socket: realm.hsm.socket, secret: Buffer.from(realm.hsm.secret) });
});
beforeEach(async () => {
  keeper = await TestKeeper.afresh(realm);
});
afterAll(async () => {
  hsm.close();
  await realm.close();
});

const pass = async (ms: number) => {
  realm.pass(ms);
  await keeper.client.connect();
  await realm.kms.masterKeys.look();
  await realm.kms.masterKeys.runTimers();
};

/** The main key of these bytes was removed: revoked, deleted, its thirty days over. */
const removed = async (bytes: Buffer): Promise<string> => {
  const { uri } = await keeper.lead(bytes);
  await keeper.update(uri, 'REVOKED');
  await keeper.update(uri, 'DELETED');
  await pass(30 * DAY);
  return uri;
};

it('leaves nothing to be destroyed when two administrators bring the original back at once (R050)', async () => {
  const bytes = randomBytes(32);
  const uri = await removed(bytes);
  const { database } = realm;
  const keys = await findOrganisationKeys(database, realm.organisationId);
  // The upload of the other is whole while this one is tried.
  const importKey: HsmClient['importKey'] = async (key, wrapped) => {
    const tried = await hsm.importKey(key, wrapped);
    expect(firstIn(await keeper.upload(bytes))).toMatchObject({ uri, usageState: 'REVOKED' });
    return tried;
  };
  const context = { database, databaseNow: async () => realm.clock.now, newId, hsm: { importKey } };
  const wrapped = await keeper.wrapped(bytes);
  await expect(takeUpload(context, keys, { wrapped, activate: false })).rejects.toMatchObject({ code: 'kms/conflict' });
  realm.logged = '';
  await pass(DAY);
  expect(await database.rows(sql`select key_id from hsm_disposal`)).toEqual([]);
  expect(realm.logged).not.toContain('master-key.still-needed');
  expect(firstIn(await keeper.update(uri, 'ACTIVE'))).toMatchObject({ uri, usageState: 'ACTIVE' });
});

it('lets one of two who ask at once bring the original back, and tells the other (R050)', async () => {
  const bytes = randomBytes(32);
  const uri = await removed(bytes);
  const other = await TestKeeper.of(realm);
  const replies = await Promise.all([keeper.upload(bytes), other.upload(bytes)]);
  expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  await pass(DAY);
  expect(await realm.database.rows(sql`select key_id from hsm_disposal`)).toEqual([]);
  expect(firstIn(await keeper.update(uri, 'ACTIVE'))).toMatchObject({ uri, usageState: 'ACTIVE' });
  expect(await hsm.check({ keyId: idOf(uri as MasterKeyUri), organisationId: realm.organisationId })).toBeDefined();
});
