import { sql } from '@cloister/database';
import { idOf } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Kms } from '../../index.ts';
import type { TestClient } from '../../testing/test-client.ts';
import { TestRealm } from '../../testing/test-realm.ts';
import { startAfresh } from '../testing/start-afresh.ts';
import { TestMainKeys } from '../testing/test-main-keys.ts';

let realm: TestRealm;
let keys: TestMainKeys;
let alice: TestClient;

beforeAll(async () => {
  realm = await TestRealm.open();
  keys = new TestMainKeys(realm);
});
beforeEach(async () => {
  await startAfresh(realm);
  alice = await realm.client();
});
afterAll(async () => {
  await keys.close();
  await realm.close();
});

/** A node that rewraps so many KEKs in one transaction. */
const nodeWith = async (rotationBatch: number, change = {}): Promise<Kms> => {
  const { kms } = await TestRealm.secondNode(realm, undefined, { rotationBatch, ...change });
  await kms.masterKeys.look();
  return kms;
};

/** Content keys over all sixteen KEKs of the generation that is now. */
const makeKeys = async () => [...(await alice.createKeys(100)), ...(await alice.createKeys(100))];

type Made = Awaited<ReturnType<typeof makeKeys>>;

/** What every wrapped row hangs on: nobody's key is lost, at any time (R042). */
const readable = async (made: Made) => {
  const some = made.filter((_, index) => index % 10 === 0);
  const messages = await Promise.all(some.map(({ uri }) => alice.seal({ method: 'retrieve', uri })));
  const responses = await alice.sendAll(messages);
  return responses.every((response, index) => response?.key?.jwk.k === some[index]?.jwk.k);
};

/** How many content KEKs of the organisation are under each main key. */
const under = async () => {
  const rows = await realm.database.rows(sql<{ keyId: string; count: number }>`select hsm_key_id as "keyId",
    count(*)::integer as count from kek where level = 'content' and organisation_id = ${realm.organisationId} group by 1`);
  return new Map(rows.map(({ keyId, count }) => [keyId, count]));
};
const kekCount = async () => [...(await under()).values()].reduce((sum, count) => sum + count, 0);

describe('a rotation', () => {
  it('moves every KEK of the organisation to the new main key, from the first on; content stays as it is (R024, R042)', async () => {
    const made = await makeKeys();
    const before = await realm.database.rows(sql`select key_id, wrapped from content_key order by key_id`);
    const first = await keys.upload();
    const more = await makeKeys();
    const count = await kekCount();
    expect((await under()).get(first)).toBeGreaterThan(0);
    expect(await realm.kms.masterKeys.rotate()).toBeGreaterThan(0);
    expect(await under()).toEqual(new Map([[first, count]]));
    expect(await keys.find()).toMatchObject({ defaultRole: 'idle' });
    expect(await readable([...made, ...more])).toBe(true);
    await realm.restart();
    expect(await readable([...made, ...more])).toBe(true);
    const ids = made.map(({ uri }) => idOf(uri));
    const after = await realm.database.rows(
      sql`select key_id, wrapped from content_key where key_id = any(${ids}::uuid[]) order by key_id`,
    );
    expect(after).toEqual(before);
  });

  it('retires the old uploaded key when nothing is left under it, and tells how far it is (R008, R027)', async () => {
    const first = await keys.upload();
    await realm.kms.masterKeys.rotate();
    const made = await makeKeys();
    const total = (await under()).get(first);
    const second = await keys.upload();
    expect((await keys.find()).keys.find(({ keyId }) => keyId === first)).toMatchObject({
      state: 'rotation',
      rotationTotal: total,
    });
    const kms = await nodeWith(4);
    await kms.masterKeys.rotate();
    expect(await keys.stateOf(first)).toBe('retired');
    expect(await keys.stateOf(second)).toBe('active');
    expect((await under()).get(first)).toBeUndefined();
    expect(await readable(made)).toBe(true);
  });

  it('is done by two nodes at once, each KEK by one of them', async () => {
    const made = await makeKeys();
    const first = await keys.upload();
    const left = (await kekCount()) - ((await under()).get(first) ?? 0);
    const [one, two] = [await nodeWith(1), await nodeWith(1)];
    const counts = await Promise.all([one.masterKeys.rotate(), two.masterKeys.rotate()]);
    // The last batch of one may have been held while the other looked for more.
    const rest = await one.masterKeys.rotate();
    expect(counts[0] + counts[1] + rest).toBe(left);
    expect(await keys.find()).toMatchObject({ defaultRole: 'idle' });
    expect(await readable(made)).toBe(true);
  });

  it('goes to the newest main key when that is activated in the middle (R043)', async () => {
    const made = await makeKeys();
    const first = await keys.upload();
    let second = '';
    let uses = 0;
    const hsm = new Proxy(keys.hsm, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as unknown;
        if (name !== 'rewrap') return typeof member === 'function' ? member.bind(target) : member;
        return async (...asked: Parameters<typeof target.rewrap>) => {
          // After some batches, while one is on its way.
          if (++uses === 3) second = await keys.upload();
          return target.rewrap(...asked);
        };
      },
    });
    const kms = await nodeWith(2, { hsm });
    await kms.masterKeys.rotate();
    await kms.masterKeys.rotate();
    expect([...(await under()).keys()]).toEqual([second]);
    expect(await keys.find()).toMatchObject({ defaultRole: 'idle', headKeyId: second });
    expect(await keys.stateOf(first)).toBe('retired');
    expect(await readable(made)).toBe(true);
  });

  it('moves nothing out of the default main key once that leads again in the middle, and comes to an end', async () => {
    const made = await makeKeys();
    const [byDefault] = (await under()).keys();
    await keys.upload();
    let [uses, circles] = [0, 0];
    const hsm = new Proxy(keys.hsm, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as unknown;
        if (name !== 'rewrap') return typeof member === 'function' ? member.bind(target) : member;
        return async (...asked: Parameters<typeof target.rewrap>) => {
          uses += 1;
          if (uses === 3) await keys.happen({ type: 'byokDisable' });
          // A rotation in circles would never come back.
          if (asked[0].keyId === asked[1].keyId) circles += 1;
          if (circles > 0) throw new Error('moved to where it is');
          return target.rewrap(...asked);
        };
      },
    });
    const kms = await nodeWith(2, { hsm });
    await kms.masterKeys.rotate();
    await kms.masterKeys.rotate();
    expect(uses).toBeGreaterThan(3);
    expect(circles).toBe(0);
    expect(await under()).toEqual(new Map([[byDefault, await kekCount()]]));
    expect(await keys.find()).toMatchObject({ defaultRole: 'active', headKeyId: null });
    expect(await readable(made)).toBe(true);
  });

  it('stands still while the organisation is frozen, and goes on when it is not (R045)', async () => {
    const made = await makeKeys();
    const first = await keys.upload();
    const before = await under();
    await keys.happen({ type: 'revoke', keyId: first });
    expect(await realm.kms.masterKeys.rotate()).toBe(0);
    expect(await under()).toEqual(before);
    expect(await keys.find()).toMatchObject({ defaultRole: 'rotation' });
    await keys.happen({ type: 'activate', keyId: first, denied: null });
    await realm.kms.masterKeys.look();
    expect(await realm.kms.masterKeys.rotate()).toBeGreaterThan(0);
    expect(await keys.find()).toMatchObject({ defaultRole: 'idle' });
    expect(await readable(made)).toBe(true);
  });

  it('leaves nothing half done when the key store fails, and goes on afterwards', async () => {
    const made = await makeKeys();
    await keys.upload();
    const before = await under();
    await realm.hsm.kill();
    expect(await realm.kms.masterKeys.rotate()).toBe(0);
    expect(await under()).toEqual(before);
    await realm.hsm.start();
    const kms = await nodeWith(3);
    expect(await kms.masterKeys.rotate()).toBeGreaterThan(0);
    expect(await keys.find()).toMatchObject({ defaultRole: 'idle' });
    await realm.restart();
    expect(await readable(made)).toBe(true);
  });

  it('is not over while a KEK is just being made under the old key: it is counted again under the lock', async () => {
    await makeKeys();
    const first = await keys.upload();
    const [kek] = await realm.database.rows(
      sql<{
        hsmKeyId: string;
        wrapped: Buffer;
        commitment: Buffer;
      }>`select hsm_key_id as "hsmKeyId", wrapped, commitment
        from kek where organisation_id = ${realm.organisationId} and level = 'content' limit 1`,
    );
    const release = Promise.withResolvers<void>();
    const holding = Promise.withResolvers<void>();
    // As whoever makes a KEK does: holds the organisation's row, and writes it under the head that it saw before.
    const making = realm.database.transaction(async (tx) => {
      await tx.one(sql`select 1 from organisation_keys where organisation_id = ${realm.organisationId} for share`);
      holding.resolve();
      await release.promise;
      await tx.execute(sql`insert into kek (kek_id, version, organisation_id, level, label, hsm_key_id, wrap_algorithm,
          wrapped, commitment, created_at)
        values (gen_random_uuid(), 1, ${realm.organisationId}, 'content', 'late', ${kek?.hsmKeyId}, 1,
          ${kek?.wrapped}, ${kek?.commitment}, ${realm.clock.now})`);
    });
    await holding.promise;
    const rotating = realm.kms.masterKeys.rotate();
    // Until the last count waits for the one who makes a KEK.
    while ((await realm.database.rows(sql`select 1 from pg_locks where not granted`)).length === 0);
    release.resolve();
    await making;
    await rotating;
    expect((await under()).get(kek?.hsmKeyId ?? '')).toBe(1);
    expect(await keys.find()).toMatchObject({ defaultRole: 'rotation', headKeyId: first });
  });
});
