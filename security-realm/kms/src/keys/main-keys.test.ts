import { randomBytes } from 'node:crypto';
import { type Database, openDatabase, sql } from '@cloister/database';
import { database as testDatabase } from '@cloister/testkit';
import { newId, type Uuid } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditLog } from '../audit/audit-log.ts';
import { migrations } from '../index.ts';
import type { MasterKeyEvent } from '../master-keys/domain/master-key-event.ts';
import { transition } from '../master-keys/store/transition.ts';
import type { KekRow } from '../store/kek-row.ts';
import type { Hsm } from './hsm.ts';
import { KekStore } from './kek-store.ts';
import { MainKeys } from './main-keys.ts';

const now = new Date('2026-11-22T00:00:00.000Z');
const realmOrganisationId = newId();
const defaultKeyId = newId();

let test: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
let side: Database;
let mainKeys: MainKeys;
let organisationId: Uuid;
beforeAll(async () => {
  test = await testDatabase();
  const { host, database: name, user, credentialFile } = test;
  const open = (max: number) => openDatabase({ host, database: name, user, credentialFile, max });
  [database, side] = [open(4), open(2)];
  await database.migrate(migrations);
  const hsm = { ensureKey: async () => ({ keyId: defaultKeyId, check: '' }) };
  mainKeys = new MainKeys({ database: side, hsm, realmOrganisationId, now: () => now });
});
afterAll(async () => {
  await Promise.all([database.close(), side.close()]);
  await test.drop();
});
beforeEach(() => {
  organisationId = newId();
});

const happen = (event: MasterKeyEvent, audit = new AuditLog(side)) =>
  database.transaction((tx) =>
    transition({ audit, newId, databaseNow: async () => now }, tx, organisationId, event, null),
  );
const lead = async (): Promise<Uuid> => {
  const keyId = newId();
  await happen({ type: 'upload', keyId, checkValue: randomBytes(16), activate: true });
  return keyId;
};
const place = (label = '0') => ({ organisationId, level: 'content' as const, label, version: 1 });
const row = (hsmKeyId: string, label = '0'): KekRow => ({
  ...place(label),
  kekId: newId(),
  hsmKeyId,
  wrapped: Buffer.alloc(60),
  commitment: Buffer.alloc(32),
});
const ours = { keyId: defaultKeyId, organisationId: realmOrganisationId };
const stored = async () => {
  const rows = await database.rows(
    sql<{ hsmKeyId: string }>`select hsm_key_id as "hsmKeyId" from kek where organisation_id = ${organisationId}`,
  );
  return rows.map(({ hsmKeyId }) => hsmKeyId);
};

/** An activation that has written all of its rows, and waits for its audit. */
const activating = async () => {
  const { promise, resolve: goOn } = Promise.withResolvers<void>();
  const isHeld = Promise.withResolvers<void>();
  class SlowAudit extends AuditLog {
    override async append(entries: Parameters<AuditLog['append']>[0]): Promise<void> {
      isHeld.resolve();
      await promise;
      return super.append(entries);
    }
  }
  const event = { type: 'upload', keyId: newId(), checkValue: randomBytes(16), activate: true } as const;
  const changing = happen(event, new SlowAudit(side));
  await isHeld.promise;
  return { changing, goOn };
};

describe('a new KEK', () => {
  it('comes under the default main key until the organisation has one of its own (R001, R007)', async () => {
    expect(await mainKeys.forNew(place())).toEqual(ours);
    const keyId = await lead();
    expect(await mainKeys.forNew(place())).toEqual({ keyId, organisationId });
    await happen({ type: 'addArn', keyId: newId(), arn: 'arn:a', activate: true });
    expect(await mainKeys.forNew(place())).toMatchObject({ organisationId, arn: 'arn:a' });
    // The realm's own keys, results and channels are never the organisation's to turn off.
    expect(await mainKeys.forNew({ ...place(), level: 'realm' })).toEqual(ours);
    expect(await mainKeys.forNew({ ...place(), level: 'channel' })).toEqual(ours);
  });

  it('is not stored under a main key that gave up the role meanwhile (byok.md §3)', async () => {
    const key = await mainKeys.forNew(place());
    const keyId = await lead();
    expect(await mainKeys.insert(row(key.keyId), key)).toBe(false);
    expect(await stored()).toEqual([]);
    expect(await mainKeys.insert(row(keyId), { keyId, organisationId })).toBe(true);
    expect(await stored()).toEqual([keyId]);
  });

  it("is not stored under a main key that the realm's own organisation gave up for the default one", async () => {
    organisationId = realmOrganisationId;
    const keyId = await lead();
    const key = await mainKeys.forNew(place('f'));
    expect(key).toEqual({ keyId, organisationId });
    await happen({ type: 'byokDisable' });
    await happen({ type: 'rotationDone', keyId });
    expect(await mainKeys.insert(row(keyId, 'f'), key)).toBe(false);
    expect(await stored()).toEqual([]);
    expect(await mainKeys.insert(row(defaultKeyId, 'f'), ours)).toBe(true);
  });

  it('waits for whoever is changing the role, and then is refused', async () => {
    const key = await mainKeys.forNew(place());
    const { changing, goOn } = await activating();
    // More of them than there are connections: one waits, and the audit still finds one.
    const inserting = ['1', '2', '3', '4', '5'].map((label) => mainKeys.insert(row(key.keyId, label), key));
    goOn();
    await changing;
    expect(await Promise.all(inserting)).toEqual([false, false, false, false, false]);
    expect(await stored()).toEqual([]);
  });

  it('begins with an activation too: who makes the first generation waits, and the audit finds a connection', async () => {
    const options = { hsm: {} as Hsm, mainKeys, now: () => now, monotonicNow: () => 0, newId, requireLease: () => {} };
    const keks = new KekStore({ database: side, ...options });
    const { changing, goOn } = await activating();
    const begun = Array.from({ length: 5 }, () => keks.begin(organisationId));
    // One of them has come as far as the activation's row.
    const waits = () =>
      database.rows(sql`select 1 from pg_locks l join pg_stat_activity using (pid)
        where not l.granted and datname = current_database()`);
    while ((await waits()).length === 0);
    goOn();
    await changing;
    await Promise.all(begun);
    expect(
      await database.rows(sql`select 1 from kek_generation where organisation_id = ${organisationId}`),
    ).toHaveLength(1);
  });

  it('is not made while the organisation is frozen (R046)', async () => {
    const keyId = await lead();
    await happen({ type: 'revoke', keyId });
    const revoked = expect.objectContaining({ code: 'kms/revoked' });
    await expect(mainKeys.forNew(place())).rejects.toEqual(revoked);
    await expect(mainKeys.insert(row(keyId), { keyId, organisationId })).rejects.toEqual(revoked);
  });
});

describe('a stored KEK', () => {
  it('is unwrapped by an active key or one in rotation, and by none while the head is off (R042, R045, §4.1)', async () => {
    const first = await lead();
    const under = (hsmKeyId: string) => mainKeys.of(row(hsmKeyId));
    expect(await under(first)).toEqual({ keyId: first, organisationId });
    expect(await under(defaultKeyId)).toEqual(ours);
    const second = await lead();
    expect(await under(first)).toEqual({ keyId: first, organisationId });
    await happen({ type: 'revoke', keyId: second });
    for (const each of [first, second, defaultKeyId]) {
      await expect(under(each)).rejects.toMatchObject({ code: 'kms/revoked' });
    }
    expect(await mainKeys.of({ ...row(defaultKeyId), level: 'realm' })).toEqual(ours);
    await happen({ type: 'activate', keyId: second, denied: null });
    await happen({ type: 'rotationDone', keyId: first });
    await expect(under(first)).rejects.toMatchObject({ code: 'platform/at-rest' });
  });

  it("is never unwrapped by another organisation's main key", async () => {
    const keyId = await lead();
    const sister = newId();
    expect(await mainKeys.of({ ...row(keyId), organisationId: sister })).toEqual({ ...ours, keyId });
  });
});
