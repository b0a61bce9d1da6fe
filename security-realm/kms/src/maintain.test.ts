import { sql } from '@cloister/database';
import { newId } from '@cloister/wire';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Operation } from './index.ts';
import { TestMainKeys } from './master-keys/testing/test-main-keys.ts';
import { TestRealm } from './testing/test-realm.ts';

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

const YEAR_MS = 365 * 24 * 3600 * 1000;

const statusOf = ({ sealed: _, deviceId: __, subjects: ___, ...frame }: Operation) =>
  realm.kms.handleOperationStatus(frame);

it('keeps what became of two-part changes, refused and closed ones too, as long as there is the resource (R326)', async () => {
  const alice = await realm.client();
  const room = await alice.createRoom();
  const refused = await alice.frame('add', { method: 'update', uri: '/ping' }, { roomId: room.roomId });
  const closed = await alice.frame('create', { method: 'create', uri: '/resources', keyUris: [] });
  const before = [await statusOf(room.frame), await alice.operate(refused), await statusOf(closed)];
  expect(before.map((result) => result?.status)).toEqual([201, 403, 410]);
  realm.pass(YEAR_MS);
  await realm.kms.maintain();
  const after = [await statusOf(room.frame), await statusOf(refused), await statusOf(closed)];
  expect(after.map((result) => result?.receipt)).toEqual(before.map((result) => result?.receipt));
  // A late copy of what was closed still changes nothing.
  expect(await realm.kms.handleOperation(closed)).toEqual(after[2]);
});

it('forgets a bare message about no resource in a week, and keeps those about one', async () => {
  const person = realm.person();
  const [alice, bob] = [await realm.client(person), await realm.client()];
  const keys = { requestId: 'keys', method: 'create', uri: '/keys' };
  const made = await alice.ask(keys);
  const resourceUri = await alice.createResource();
  const add = { requestId: 'add', method: 'create', uri: '/authorizations', resourceUri, userIds: [bob.person.id] };
  expect(await alice.ask(add)).toMatchObject({ status: 201, cloister: { authorizationVersion: 2 } });
  realm.pass(8 * 24 * 3600 * 1000);
  await realm.kms.maintain();
  await alice.connect();
  await bob.connect();
  expect((await alice.ask(keys)).keys?.[0]?.uri).not.toBe(made.keys?.[0]?.uri);
  await bob.ask({ method: 'delete', uri: `${resourceUri}/authorizations?authId=${bob.person.id}` });
  // The kept result is told again; a forgotten one would have added him once more.
  expect(await alice.ask(add)).toMatchObject({ status: 201, cloister: { authorizationVersion: 2 } });
  expect(await bob.ask({ method: 'retrieve', uri: resourceUri })).toMatchObject({ status: 403 });
});

it('destroys no main key, although a row of the database calls it the key of a day', async () => {
  const mainKeys = new TestMainKeys(realm);
  const { hsm } = mainKeys;
  const { keyId } = await hsm.ensureKey(realm.organisationId, 'main', 'default');
  const uploaded = await mainKeys.importAlone(newId());
  for (const hsmKeyId of [keyId, uploaded]) {
    await realm.database.execute(sql`insert into kek (kek_id, version, organisation_id, level, label, hsm_key_id,
        wrap_algorithm, wrapped, commitment, created_at)
      values (${newId()}, 1, ${realm.organisationId}, 'channel', ${`2020-01-0${hsmKeyId === keyId ? 1 : 2}`}, ${hsmKeyId},
        1, ${Buffer.alloc(60)}, ${Buffer.alloc(32)}, now())`);
  }
  await realm.kms.maintain();
  for (const hsmKeyId of [keyId, uploaded]) {
    const key = { keyId: hsmKeyId, organisationId: realm.organisationId };
    expect(await hsm.describe(key)).toMatchObject({ purpose: 'main' });
  }
  expect(realm.logged).toContain('channel-key.is-none');
  await mainKeys.close();
});
