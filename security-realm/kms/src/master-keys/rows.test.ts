import { type Sql, sql } from '@cloister/database';
import { idOf, type KeyRepresentation } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from '../testing/test-client.ts';
import { TestRealm } from '../testing/test-realm.ts';
import { type KekOfKey, kekOf } from './testing/kek-of.ts';
import { TestKeeper } from './testing/test-keeper.ts';

/** A content key of somebody, and the KEK that it is under. */
type Held = { readonly client: TestClient; readonly key: KeyRepresentation; readonly kek: KekOfKey };

let realm: TestRealm;
let keeper: TestKeeper;
/** Under a key in rotation, under the head of the same organisation, and under the head of another. */
let old: Held;
let own: Held;
let theirs: Held;

const hold = async (client: TestClient): Promise<Held> => {
  const key = await client.createKey();
  return { client, key, kek: await kekOf(realm, key.uri) };
};
const run = (statement: Sql<unknown>) => realm.database.execute(statement);
const restore = ({ kek }: Held) =>
  run(sql`update kek set hsm_key_id = ${kek.hsmKeyId}, wrapped = ${kek.wrapped}, commitment = ${kek.commitment},
    version = ${kek.version} where kek_id = ${kek.kekId}`);
const given = async ({ client, key }: Held) => {
  await client.connect();
  return (await client.try({ method: 'retrieve', uri: key.uri }))?.key?.jwk ?? null;
};

beforeAll(async () => {
  realm = await TestRealm.open();
  keeper = await TestKeeper.of(realm);
  const sister = await TestKeeper.of(realm, realm.sisterOrganisationId);
  await keeper.lead();
  old = await hold(await realm.client());
  await keeper.lead();
  own = await hold(await realm.client());
  await sister.lead();
  theirs = await hold(await realm.client(realm.person(realm.sisterOrganisationId)));
});
afterAll(() => realm.close());

describe('a KEK in the database, put where it does not belong, gives nothing away (R001, R002)', () => {
  beforeEach(async () => {
    for (const held of [old, own, theirs]) await restore(held);
    await realm.restart();
    for (const held of [old, own, theirs]) expect(await given(held)).toEqual(held.key.jwk);
  });

  /** What is written over a row, and of whom. */
  const overwrites: readonly [string, () => Held, () => Sql<unknown>][] = [
    [
      "another organisation's, with its main key",
      () => own,
      () =>
        sql`wrapped = ${theirs.kek.wrapped}, commitment = ${theirs.kek.commitment}, hsm_key_id = ${theirs.kek.hsmKeyId}`,
    ],
    [
      "another organisation's",
      () => own,
      () => sql`wrapped = ${theirs.kek.wrapped}, commitment = ${theirs.kek.commitment}`,
    ],
    [
      "its own, under the name of another organisation's main key",
      () => own,
      () => sql`hsm_key_id = ${theirs.kek.hsmKeyId}`,
    ],
    [
      'its own, under the name of another main key of its organisation',
      () => own,
      () => sql`hsm_key_id = ${old.kek.hsmKeyId}`,
    ],
    [
      'another one of its organisation, with its main key',
      () => own,
      () => sql`wrapped = ${old.kek.wrapped}, commitment = ${old.kek.commitment}, hsm_key_id = ${old.kek.hsmKeyId}`,
    ],
    ['the same bytes as another version', () => own, () => sql`version = ${own.kek.version + 70}`],
    ['a commitment to another key', () => own, () => sql`commitment = ${theirs.kek.commitment}`],
    ['one flipped bit', () => own, () => sql`wrapped = set_byte(wrapped, 20, get_byte(wrapped, 20) # 1)`],
  ];
  it.each(overwrites)('%s', async (_, held, overwrite) => {
    await run(sql`update kek set ${overwrite()} where kek_id = ${held().kek.kekId}`);
    await run(sql`update content_key set kek_version = (select version from kek where kek_id = ${held().kek.kekId})
      where kek_id = ${held().kek.kekId}`);
    await realm.restart();
    expect(await given(held())).toBeNull();
    await restore(held());
    await run(sql`update content_key set kek_version = ${held().kek.version} where kek_id = ${held().kek.kekId}`);
  });

  it('and none is unwrapped by a key that is neither active nor in rotation, though the hsm has it', async () => {
    await realm.database.transaction(async (tx) => {
      await tx.execute(sql`update master_key set state = 'retired', retire_at = now() + interval '7 days',
        rotation_started_at = null, rotation_total = null where key_id = ${old.kek.hsmKeyId}`);
    });
    await realm.restart();
    expect(await given(old)).toBeNull();
    await run(sql`update master_key set state = 'rotation', retire_at = null, rotation_started_at = now(),
      rotation_total = 1 where key_id = ${old.kek.hsmKeyId}`);
  });
});

describe('the hierarchy of keys', () => {
  it('has three levels: content keys under KEKs, KEKs under the main key (R001, R002)', async () => {
    const { keys, defaultUri } = await keeper.overview();
    const mainKeys = [...keys.map(({ uri }) => idOf(uri)), idOf(defaultUri)];
    const { stray } = await realm.database.one(sql<{ stray: number }>`select count(*)::integer as stray
      from content_key k left join kek on kek.kek_id = k.kek_id and kek.version = k.kek_version
      where k.organisation_id = ${realm.organisationId} and (kek.kek_id is null or not kek.hsm_key_id = any(${mainKeys}::uuid[]))`);
    expect(stray).toBe(0);
    const names = mainKeys.map((keyId) => sql`select 1 from content_key where kek_id = ${keyId}`);
    for (const name of names) expect(await realm.database.rows(name)).toEqual([]);
  });
});
