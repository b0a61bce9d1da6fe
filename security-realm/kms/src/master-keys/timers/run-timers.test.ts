import { sql } from '@cloister/database';
import { newId } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestRealm } from '../../testing/test-realm.ts';
import { startAfresh } from '../testing/start-afresh.ts';
import { TestMainKeys } from '../testing/test-main-keys.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let realm: TestRealm;
let keys: TestMainKeys;

beforeAll(async () => {
  realm = await TestRealm.open();
  keys = new TestMainKeys(realm);
});
beforeEach(async () => {
  await startAfresh(realm);
  realm.logged = '';
});
afterAll(async () => {
  await keys.close();
  await realm.close();
});

const run = () => realm.kms.masterKeys.runTimers();
const rotate = async () => {
  await realm.kms.masterKeys.look();
  await realm.kms.masterKeys.rotate();
};
/** Whether the hsm still has a key. */
const isThere = (keyId: string) =>
  keys.hsm.describe({ keyId, organisationId: realm.organisationId }).then(
    () => true,
    () => false,
  );
const disposals = async () => (await realm.database.rows(sql`select key_id from hsm_disposal`)).length;

describe('a deleted main key', () => {
  const deleted = async () => {
    const keyId = await keys.upload();
    await keys.happen({ type: 'revoke', keyId });
    await keys.happen({ type: 'delete', keyId });
    return keyId;
  };

  it('can be undeleted at 29 days and 23 hours, and is there as before (R032, R033)', async () => {
    const keyId = await deleted();
    realm.pass(29 * DAY + 23 * HOUR);
    await run();
    expect(await keys.stateOf(keyId)).toBe('deleted');
    await keys.happen({ type: 'undelete', keyId });
    expect(await keys.stateOf(keyId)).toBe('revoked');
    realm.pass(2 * HOUR);
    await run();
    expect(await keys.stateOf(keyId)).toBe('revoked');
    expect(await isThere(keyId)).toBe(true);
  });

  it('is gone at 30 days to the moment: removed, and destroyed in the hsm with what is under it (R032, R049)', async () => {
    const keyId = await deleted();
    realm.pass(30 * DAY - 1);
    await run();
    expect(await keys.stateOf(keyId)).toBe('deleted');
    expect(await isThere(keyId)).toBe(true);
    realm.pass(1);
    await run();
    expect(await keys.stateOf(keyId)).toBe('removed');
    expect(await isThere(keyId)).toBe(false);
    expect(await disposals()).toBe(0);
    await expect(keys.happen({ type: 'undelete', keyId })).rejects.toMatchObject({ code: 'kms/key-gone' });
    expect(await keys.find()).toMatchObject({ isFrozen: true, headKeyId: keyId });
  });

  it('is destroyed later when the hsm does not answer just then', async () => {
    const keyId = await deleted();
    realm.pass(30 * DAY);
    await realm.hsm.kill();
    await run();
    expect(await keys.stateOf(keyId)).toBe('removed');
    expect(await disposals()).toBe(1);
    await realm.hsm.start();
    await realm.restart();
    await run();
    expect(await disposals()).toBe(0);
    expect(await isThere(keyId)).toBe(false);
  });
});

describe('a retired main key', () => {
  const retired = async () => {
    const first = await keys.upload();
    const second = await keys.upload();
    await rotate();
    expect(await keys.stateOf(first)).toBe('retired');
    return { first, second };
  };

  it('rests for seven days, then it is removed and destroyed (R044)', async () => {
    const { first } = await retired();
    realm.pass(7 * DAY - 1);
    await run();
    expect(await keys.stateOf(first)).toBe('retired');
    realm.pass(1);
    await run();
    expect(await keys.stateOf(first)).toBe('removed');
    expect(await isThere(first)).toBe(false);
  });

  it('rests for as long as the operator chose', async () => {
    const { kms } = await TestRealm.secondNode(realm, undefined, { retireMs: 2 * DAY });
    const first = await keys.upload();
    await keys.upload();
    await kms.masterKeys.look();
    await kms.masterKeys.rotate();
    realm.pass(2 * DAY - 1);
    await run();
    expect(await keys.stateOf(first)).toBe('retired');
    realm.pass(1);
    await run();
    expect(await keys.stateOf(first)).toBe('removed');
  });

  it('stays, with an alarm, while anything is under it: nobody destroys what is referenced (invariant 8)', async () => {
    const { first } = await retired();
    await realm.database.execute(sql`insert into kek (kek_id, version, organisation_id, level, label, hsm_key_id,
        wrap_algorithm, wrapped, commitment, created_at)
      values (${newId()}, 1, ${realm.organisationId}, 'content', 'lost', ${first}, 1, ${Buffer.alloc(60)},
        ${Buffer.alloc(32)}, ${realm.clock.now})`);
    realm.pass(8 * DAY);
    await run();
    expect(await keys.stateOf(first)).toBe('retired');
    expect(await isThere(first)).toBe(true);
    expect(realm.logged).toContain('"master-key.still-needed"');
    await realm.database.execute(sql`delete from kek where label = 'lost'`);
    await run();
    expect(await keys.stateOf(first)).toBe('removed');
  });
});

describe('a disposal', () => {
  const plan = (keyId: string, dueAt = realm.clock.now) =>
    realm.database.execute(sql`insert into hsm_disposal values (${keyId}, ${realm.organisationId}, ${dueAt})`);

  it('never destroys a main key that is alive, whoever planned it (invariant 8)', async () => {
    const [active, pending] = [await keys.upload(), await keys.upload(false)];
    await plan(active);
    await plan(pending);
    await run();
    expect([await isThere(active), await isThere(pending)]).toEqual([true, true]);
    expect(await disposals()).toBe(2);
    expect(realm.logged).toContain('"master-key.still-needed"');
  });

  it('clears away what a crash left behind an import, when its time has come and not before', async () => {
    const orphan = newId();
    await keys.importAlone(orphan);
    await plan(orphan, new Date(realm.clock.now.getTime() + 600_000));
    realm.pass(599_999);
    await run();
    expect(await isThere(orphan)).toBe(true);
    realm.pass(1);
    await run();
    expect(await isThere(orphan)).toBe(false);
    expect(await disposals()).toBe(0);
  });

  it('is carried out by one node while two are at it', async () => {
    const orphan = newId();
    await keys.importAlone(orphan);
    await plan(orphan);
    const second = await TestRealm.secondNode(realm);
    await Promise.all([run(), second.kms.masterKeys.runTimers()]);
    expect(await isThere(orphan)).toBe(false);
    expect(await disposals()).toBe(0);
  });
});

it('forgets nodes that were not heard of for a day', async () => {
  await realm.kms.masterKeys.look();
  realm.pass(DAY + 60_000);
  await run();
  expect(await realm.database.rows(sql`select 1 from kms_node`)).toHaveLength(1);
  realm.pass(1);
  await run();
  expect(await realm.database.rows(sql`select 1 from kms_node`)).toHaveLength(0);
});

it('tells the operator what is due and what is off', async () => {
  const keyId = await keys.upload();
  await realm.kms.masterKeys.look();
  await keys.happen({ type: 'revoke', keyId });
  await keys
    .importAlone(newId())
    .then((orphan) =>
      realm.database.execute(
        sql`insert into hsm_disposal values (${orphan}, ${realm.organisationId}, ${realm.clock.now})`,
      ),
    );
  expect(await realm.kms.masterKeys.numbers()).toEqual({
    frozenOrganisations: 1,
    leftToRewrap: 0,
    refusedKeks: 0,
    unacknowledged: 1,
    disposalsDue: 1,
  });
  await realm.kms.masterKeys.look();
  await run();
  expect(await realm.kms.masterKeys.numbers()).toMatchObject({ unacknowledged: 0, disposalsDue: 0 });
});
