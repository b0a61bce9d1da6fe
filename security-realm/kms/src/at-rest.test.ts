import { randomBytes } from 'node:crypto';
import { type Sql, sql } from '@cloister/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstBroken } from './index.ts';
import { TestKeeper } from './master-keys/testing/test-keeper.ts';
import { TestRealm } from './testing/test-realm.ts';

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

const idOf = (uri: string) => uri.split('/').at(-1) ?? '';
const run = (statement: Sql<unknown>) => realm.database.execute(statement);
type AuditRow = { seq: number; hash: Buffer; entry: string };
const auditRows = () => realm.database.rows(sql<AuditRow>`select seq, hash, entry from audit order by seq`);

describe('a row moved or changed in the database gives nothing away (byok.md §5)', () => {
  it('a wrapped content key under the id of another', async () => {
    const alice = await realm.client();
    const eve = await realm.client();
    const [hers, his] = [await alice.createKey(), await eve.createKey()];
    await run(sql`update content_key k set kek_id = o.kek_id, kek_version = o.kek_version, wrapped = o.wrapped,
      commitment = o.commitment from content_key o where o.key_id = ${idOf(hers.uri)} and k.key_id = ${idOf(his.uri)}`);
    expect(await eve.try({ method: 'retrieve', uri: his.uri })).toBeNull();
    expect((await alice.ask({ method: 'retrieve', uri: hers.uri })).key?.jwk).toEqual(hers.jwk);
  });

  it('a content key of another organisation', async () => {
    const alice = await realm.client();
    const key = await alice.createKey();
    await run(
      sql`update content_key set organisation_id = ${realm.sisterOrganisationId} where key_id = ${idOf(key.uri)}`,
    );
    expect(await alice.try({ method: 'retrieve', uri: key.uri })).toBeNull();
  });

  it('a KEK in the place of another: organisation, label, version, level', async () => {
    const alice = await realm.client();
    const key = await alice.createKey();
    for (const change of [
      sql`organisation_id = ${realm.sisterOrganisationId}`,
      sql`label = 'x'`,
      sql`level = 'realm', label = 'y'`,
    ]) {
      const kek = sql`(select kek_id from content_key where key_id = ${idOf(key.uri)})`;
      const before = await realm.database.one(
        sql<Record<string, string>>`select organisation_id, label, level from kek where kek_id = ${kek}`,
      );
      await run(sql`update kek set ${change} where kek_id = ${kek}`);
      await realm.restart();
      expect(await alice.try({ method: 'retrieve', uri: key.uri })).toBeNull();
      await run(sql`update kek set organisation_id = ${before.organisation_id}, label = ${before.label}, level = ${before.level}
        where kek_id = ${kek}`);
    }
    await realm.restart();
    expect((await alice.ask({ method: 'retrieve', uri: key.uri })).key).toEqual(key);
  });

  it('a KEK whose commitment does not match', async () => {
    const alice = await realm.client();
    const key = await alice.createKey();
    const kek = sql`(select kek_id from content_key where key_id = ${idOf(key.uri)})`;
    const { commitment } = await realm.database.one(
      sql<{ commitment: Buffer }>`select commitment from kek where kek_id = ${kek}`,
    );
    await run(sql`update kek set commitment = ${Buffer.alloc(32)} where kek_id = ${kek}`);
    await realm.restart();
    expect(await alice.try({ method: 'retrieve', uri: key.uri })).toBeNull();
    await run(sql`update kek set commitment = ${commitment} where kek_id = ${kek}`);
  });

  it('a channel that names another person', async () => {
    const alice = await realm.client();
    const eve = await realm.client();
    await run(sql`update channel set person_id = ${eve.person.id} where channel_id = ${idOf(alice.channel.uri)}`);
    await realm.restart();
    const message = await alice.seal({ method: 'update', uri: '/ping' }, eve.token());
    expect(await realm.kms.handleBatch({ ...eve.asker, messages: [message] as never })).toEqual([]);
  });
});

describe('the database', () => {
  it('holds no usable key, not even an uploaded main key, and neither does the log (R004, R006, R280)', async () => {
    const mainKey = randomBytes(32);
    await (await TestKeeper.of(realm)).lead(mainKey);
    const alice = await realm.client();
    const bob = await realm.client();
    const keys = await alice.createKeys(3);
    const resourceUri = await alice.createResource([bob.person.id], [keys[0]?.uri ?? '']);
    const room = await alice.createRoom([bob.person.id], [keys[1]?.uri ?? '']);
    await alice.ask({ method: 'update', uri: keys[2]?.uri, resourceUri });
    await bob.ask({ method: 'retrieve', uri: keys[0]?.uri });
    await bob.remove(room, bob.person.id);
    const { staticKey, receiptKey, linkKey, authorizationKey } = realm.secrets;
    const members = [staticKey, receiptKey, linkKey, authorizationKey].flatMap(({ privateJwk }) =>
      Object.entries(privateJwk).flatMap(([name, value]) =>
        ['d', 'p', 'q', 'dp', 'dq', 'qi'].includes(name) ? [String(value)] : [],
      ),
    );
    expect(members.length).toBe(9);
    const secrets = [...keys.map(({ jwk }) => jwk.k), ...members, alice.token(), mainKey.toString('base64url')];
    const haystack = `${await dump()}${realm.logged}`;
    expect(haystack).toContain(alice.person.id);
    for (const secret of secrets) {
      const bytes = Buffer.from(secret, 'base64url');
      for (const form of [secret, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('latin1')]) {
        expect(haystack.includes(form)).toBe(false);
      }
    }
  });
});

describe('the audit', () => {
  it('names every release and refusal, chained', async () => {
    const alice = await realm.client();
    const eve = await realm.client();
    const key = await alice.createKey();
    await alice.ask({ method: 'retrieve', uri: key.uri });
    await eve.ask({ method: 'retrieve', uri: key.uri });
    const rows = await auditRows();
    const about = rows.map(({ entry }) => JSON.parse(entry)).filter(({ keyIds }) => keyIds?.includes(idOf(key.uri)));
    expect(about).toMatchObject([
      { action: 'createKeys', outcome: 'allowed', personId: alice.person.id },
      { action: 'retrieveKey', outcome: 'allowed', personId: alice.person.id },
      { action: 'retrieveKey', outcome: 'refused', code: 'kms/not-authorized', personId: eve.person.id },
    ]);
    expect(firstBroken(rows)).toBeNull();
    const middle = rows[3];
    const forged = rows.map((row) =>
      row === middle ? { ...row, entry: row.entry.replace('allowed', 'refused') } : row,
    );
    expect(firstBroken(forged)).toBe(middle?.seq);
    expect(firstBroken(rows.filter((row) => row !== middle))).toBe(middle?.seq);
  });

  it('cannot be changed by the KMS itself', async () => {
    for (const statement of [sql`delete from audit`, sql`update audit set entry = ''`, sql`truncate audit`]) {
      await expect(run(statement)).rejects.toMatchObject({ code: expect.stringContaining('platform/') });
    }
  });

  it('stays one chain when several nodes write at once', async () => {
    const alice = await realm.client();
    const before = await auditRows();
    const other = await TestRealm.secondNode(realm);
    const messages = await Promise.all(
      Array.from({ length: 40 }, () => alice.seal({ method: 'create', uri: '/keys' })),
    );
    const nodes = [realm.kms, other.kms];
    const replies = await Promise.all(
      messages.map((message, index) => nodes[index % 2]?.handleBatch({ ...alice.asker, messages: [message] as never })),
    );
    await other.close();
    expect(replies.flat()).toHaveLength(40);
    const rows = await auditRows();
    expect(rows.length).toBe(before.length + 40);
    expect(firstBroken(rows)).toBeNull();
  });

  it('is written before a key is given: while it cannot be, nothing is released and nothing changes', async () => {
    const alice = await realm.client();
    const bob = await realm.client();
    const key = await alice.createKey();
    const room = await alice.createRoom();
    const frame = await alice.frame(
      'add',
      { method: 'create', uri: '/authorizations', resourceUri: room.resourceUri, userIds: [bob.person.id] },
      { ...room, subjects: [bob.person.id] },
    );
    await run(sql`alter table audit rename to audit_away`);
    try {
      expect(await alice.try({ method: 'retrieve', uri: key.uri })).toBeNull();
      expect(await alice.try({ method: 'create', uri: '/keys' })).toBeNull();
      expect(await bob.try({ method: 'retrieve', uri: key.uri })).toBeNull();
      expect(await bob.connect()).toBeNull();
      expect(await realm.kms.handleOperation(frame)).toBeNull();
    } finally {
      await run(sql`alter table audit_away rename to audit`);
    }
    const { authorizations } = await alice.ask({ method: 'retrieve', uri: `${room.resourceUri}/authorizations` });
    expect(authorizations).toHaveLength(1);
    expect(await realm.kms.handleOperation(frame)).toMatchObject({ status: 201 });
    expect((await alice.ask({ method: 'retrieve', uri: key.uri })).key).toEqual(key);
  });
});

describe('without its hsm', () => {
  it('the KMS gives no key a minute later, and does again when the hsm is back (R282)', async () => {
    const alice = await realm.client();
    const key = await alice.createKey();
    await realm.hsm.kill();
    realm.pass(61_000);
    expect(await alice.try({ method: 'retrieve', uri: key.uri })).toBeNull();
    expect((await realm.kms.ready()).reasons).toContain('hsm');
    await realm.hsm.start();
    expect((await alice.ask({ method: 'retrieve', uri: key.uri })).key).toEqual(key);
  });
});

/** Every column of every row, bytes also as text, as somebody who stole the disk would read them. */
const dump = async (): Promise<string> => {
  const tables = await realm.database.rows(
    sql<{ name: string }>`select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const parts: string[] = [];
  for (const { name } of tables) {
    const text = `select t.*, t::text as whole from ${name} t`;
    const rows = await realm.database.withClient(async (client) => (await client.query(text)).rows as object[]);
    for (const row of rows) {
      for (const value of Object.values(row)) {
        parts.push(Buffer.isBuffer(value) ? value.toString('latin1') : String(value));
      }
    }
  }
  return parts.join('\n');
};
