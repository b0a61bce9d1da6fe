import { type Database, openDatabase, sql } from '@cloister/database';
import { database as testDatabase } from '@cloister/testkit';
import { newId, type Uuid } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditLog } from '../../audit/audit-log.ts';
import { migrations } from '../../index.ts';
import type { MasterKeyEvent } from '../domain/master-key-event.ts';
import type { OrganisationKeys } from '../domain/organisation-keys.ts';
import { masterKeyEvents } from './master-key-event-row.ts';
import { findOrganisationKeys } from './organisation-keys-row.ts';
import { MASTER_KEYS_CHANNEL, transition } from './transition.ts';

let test: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
let side: Database;
let organisationId: Uuid;
let now: Date;
beforeAll(async () => {
  test = await testDatabase();
  const { host, database: name, user, credentialFile } = test;
  [database, side] = [4, 4].map((max) => openDatabase({ host, database: name, user, credentialFile, max })) as [
    Database,
    Database,
  ];
  await database.migrate(migrations);
});
afterAll(async () => {
  await Promise.all([database.close(), side.close()]);
  await test.drop();
});
beforeEach(() => {
  organisationId = newId();
  now = new Date('2026-11-22T00:00:00.000Z');
});

const actor = { personId: newId() };
const make = (event: MasterKeyEvent, expected?: number, by: typeof actor | null = actor): Promise<OrganisationKeys> => {
  const context = { audit: new AuditLog(side), newId, databaseNow: async () => now };
  return database.transaction((tx) => transition(context, tx, organisationId, event, by, expected));
};
let value = 0;
const upload = (keyId: string, activate: boolean) => {
  const checkValue = Buffer.alloc(16);
  checkValue.writeUInt32BE(++value);
  return make({ type: 'upload', keyId, checkValue, activate });
};
const found = () => findOrganisationKeys(database, organisationId);
const disposals = async () => {
  const rows = await database.rows(
    sql<{ keyId: string }>`select key_id as "keyId" from hsm_disposal where organisation_id = ${organisationId}`,
  );
  return rows.map(({ keyId }) => keyId);
};
const insertKek = (hsmKeyId: string, label: string) =>
  database.execute(sql`insert into kek (kek_id, version, organisation_id, level, label, hsm_key_id, wrap_algorithm,
      wrapped, commitment, created_at)
    values (${newId()}, 1, ${organisationId}, 'content', ${label}, ${hsmKeyId}, 1, ${Buffer.alloc(60)},
      ${Buffer.alloc(32)}, ${now})`);

describe('a transition', () => {
  it('is in the database as it was decided, with its history', async () => {
    const [first, second] = [newId(), newId()];
    await upload(first, true);
    await upload(second, false);
    const decided = await make({ type: 'activate', keyId: second, denied: null });
    expect(await found()).toEqual(decided);
    expect(decided).toMatchObject({ version: 4, epoch: 0, headKeyId: second, defaultRole: 'rotation' });
    const history = await masterKeyEvents(database, organisationId, 200);
    expect(history.map(({ keyId, from, to, act, actorId }) => [keyId, from, to, act, actorId])).toEqual([
      [first, 'active', 'rotation', 'activate', actor.personId],
      [second, 'pending', 'active', 'activate', actor.personId],
      [second, null, 'pending', 'upload', actor.personId],
      [null, 'active', 'rotation', 'activate', actor.personId],
      [first, null, 'active', 'upload', actor.personId],
    ]);
  });

  it('of an organisation that never had a main key starts at version 1', async () => {
    expect(await found()).toMatchObject({ version: 1, epoch: 0, headKeyId: null, defaultRole: 'active', keys: [] });
  });

  it('is refused when somebody was faster, and changes nothing (If-Match)', async () => {
    const keyId = newId();
    const { version } = await upload(keyId, true);
    await expect(make({ type: 'revoke', keyId }, version - 1)).rejects.toMatchObject({ code: 'kms/version-mismatch' });
    expect(await found()).toMatchObject({ version, isFrozen: false });
    expect(await make({ type: 'revoke', keyId }, version)).toMatchObject({ version: version + 1, isFrozen: true });
  });

  it('counts what a rotation has to do when it begins, and not again', async () => {
    const [first, second, defaultKey] = [newId(), newId(), newId()];
    for (const label of ['0', '1', '2']) await insertKek(defaultKey, label);
    expect(await upload(first, true)).toMatchObject({ defaultRotationTotal: 3 });
    await insertKek(first, '3');
    const [rotating] = (await upload(second, true)).keys;
    expect(rotating).toMatchObject({ keyId: first, state: 'rotation', rotationTotal: 1 });
    await make({ type: 'rotationDone', keyId: null }, undefined, null);
    expect((await found()).keys[0]).toEqual(rotating);
  });

  it('starts a new generation of KEKs with each new head (R007)', async () => {
    const versions = async () => {
      const rows = await database.rows(
        sql<{
          version: number;
        }>`select version from kek_generation where organisation_id = ${organisationId} order by version`,
      );
      return rows.map(({ version }) => version);
    };
    const keyId = newId();
    await upload(keyId, true);
    await make({ type: 'revoke', keyId });
    await make({ type: 'activate', keyId, denied: null });
    expect(await versions()).toEqual([1]);
    await make({ type: 'byokDisable' });
    expect(await versions()).toEqual([1, 2]);
  });

  it('tells every node when it freezes or unfreezes, and only then', async () => {
    const heard: string[] = [];
    const listener = await database.listen(MASTER_KEYS_CHANNEL, (payload) => heard.push(payload));
    const keyId = newId();
    await upload(keyId, true);
    await make({ type: 'revoke', keyId });
    await make({ type: 'delete', keyId });
    await make({ type: 'undelete', keyId });
    await make({ type: 'activate', keyId, denied: null });
    const last = Promise.withResolvers<void>();
    const end = await database.listen(MASTER_KEYS_CHANNEL, (payload) => payload === 'end' && last.resolve());
    await database.execute(sql`select pg_notify(${MASTER_KEYS_CHANNEL}, 'end')`);
    await last.promise;
    await Promise.all([listener.stop(), end.stop()]);
    expect(heard.filter((payload) => payload === organisationId)).toHaveLength(2);
    expect(await found()).toMatchObject({ epoch: 2, isFrozen: false });
  });

  it('plans what is to be destroyed in the hsm', async () => {
    const keyId = newId();
    await upload(keyId, true);
    await make({ type: 'revoke', keyId });
    await make({ type: 'delete', keyId });
    expect(await disposals()).toEqual([]);
    now = new Date(now.getTime() + 30 * 24 * 3600_000);
    await make({ type: 'purgeOver', keyId }, undefined, null);
    expect(await disposals()).toEqual([keyId]);
  });

  it('is audited before it is there, with who, from where, to where and the epoch', async () => {
    const keyId = newId();
    await upload(keyId, true);
    await make({ type: 'revoke', keyId });
    const [row] = await database.rows(sql<{ entry: string }>`select entry from audit order by seq desc limit 1`);
    expect(JSON.parse(row?.entry ?? '')).toEqual({
      at: now.toISOString(),
      action: 'masterKey.revoke',
      outcome: 'allowed',
      personId: actor.personId,
      organisationId,
      purpose: 'administration',
      masterKeyId: keyId,
      from: 'active',
      to: 'revoked',
      epoch: 1,
    });
  });

  it('of two administrators at once comes one after the other: one key is pending (R040)', async () => {
    const results = await Promise.allSettled([upload(newId(), false), upload(newId(), false)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'kms/pending-exists' },
    });
    expect((await found()).keys).toHaveLength(1);
  });
});

describe('the database itself', () => {
  const insert = (change: Record<string, unknown>) => {
    const row = {
      key_id: newId(),
      organisation_id: organisationId,
      source: 'upload',
      check_value: Buffer.alloc(16, ++value),
      state: 'pending',
      created_at: now,
      state_changed_at: now,
      ...change,
    };
    const names = Object.keys(row);
    const list = (of: readonly string[]) => of.join(', ');
    return database.withClient(async (client) => {
      await client.query(
        `insert into master_key (${list(names)}) values (${list(names.map((_, index) => `$${index + 1}`))})`,
        Object.values(row),
      );
    });
  };
  beforeEach(async () => {
    await database.execute(sql`insert into organisation_keys (organisation_id) values (${organisationId})`);
  });

  it.each([
    ['two pending keys (R040)', {}, {}],
    ['two heads (R041)', { state: 'active', activated_at: new Date() }, { state: 'revoked', activated_at: new Date() }],
    [
      'the same key twice',
      { check_value: Buffer.alloc(16, 250) },
      { check_value: Buffer.alloc(16, 250), state: 'active', activated_at: new Date() },
    ],
  ])('has no place for %s', async (_, first, second) => {
    await insert(first);
    await expect(insert(second)).rejects.toMatchObject({ fault: 'unique' });
  });

  it.each([
    ['a state nobody knows', { state: 'lost' }],
    ['an uploaded key without its check value', { check_value: null }],
    ['a key at Amazon without its ARN', { source: 'aws-kms', check_value: null }],
    ['a deleted key that would stay', { state: 'deleted', activated_at: new Date() }],
    ['a retired key that would stay', { state: 'retired', activated_at: new Date() }],
    ['a rotation nobody can follow', { state: 'rotation', activated_at: new Date() }],
    ['an uploaded key that Amazon revoked', { state: 'revoked-by-amazon', activated_at: new Date() }],
  ])('has no place for %s', async (_, change) => {
    await expect(insert(change)).rejects.toMatchObject({ fault: 'check' });
  });

  it('has no place for a head of another organisation, or one that is not there', async () => {
    const keyId = newId();
    await insert({ key_id: keyId, state: 'active', activated_at: now });
    const other = newId();
    const lead = (organisation: string, head: string) =>
      database.transaction(async (tx) => {
        await tx.execute(sql`insert into organisation_keys (organisation_id, head_key_id, default_role)
          values (${organisation}, ${head}, 'idle')
          on conflict (organisation_id) do update set head_key_id = excluded.head_key_id, default_role = 'idle'`);
      });
    await expect(lead(other, keyId)).rejects.toMatchObject({ fault: 'foreign-key' });
    await expect(lead(organisationId, newId())).rejects.toMatchObject({ fault: 'foreign-key' });
    await lead(organisationId, keyId);
  });
});
