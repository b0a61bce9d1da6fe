import { constants, generateKeyPairSync, publicEncrypt, randomBytes } from 'node:crypto';
import { sql } from '@cloister/database';
import { HsmClient } from '@cloister/hsm';
import { idOf, type KmsResponse, newId } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestRealm } from '../testing/test-realm.ts';
import { lockOrganisationKeys } from './store/organisation-keys-row.ts';
import { firstIn, overviewIn, TestKeeper, wrapFor } from './testing/test-keeper.ts';

let realm: TestRealm;
let keeper: TestKeeper;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());
/** Nothing is left of the tests before. */
const begin = async () => {
  keeper = await TestKeeper.afresh(realm);
};
const is = (status: number, code: string) => ({ status, cloister: { code } });
const lastAudit = async (limit = 1) => {
  const rows = await realm.database.rows(
    sql<{ entry: string }>`select entry from audit order by seq desc limit ${limit}`,
  );
  return rows.map(({ entry }) => JSON.parse(entry));
};
const hsmOf = () => new HsmClient({ socket: realm.hsm.socket, secret: Buffer.from(realm.hsm.secret) });
const disposals = async () => {
  const rows = await realm.database.rows(sql<{ keyId: string }>`select key_id as "keyId" from hsm_disposal`);
  return rows.map(({ keyId }) => keyId);
};

describe('an upload that is no main key', () => {
  let publicKey: string;
  let sisters: string;
  let live: Buffer;
  beforeAll(async () => {
    await begin();
    publicKey = await keeper.publicKey();
    sisters = await (await TestKeeper.of(realm, realm.sisterOrganisationId)).publicKey();
    live = randomBytes(32);
    await keeper.lead(live);
  });

  const oaep = (key: string, bytes: Uint8Array, oaepHash = 'sha256', oaepLabel?: Buffer) =>
    publicEncrypt(
      { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash, ...(oaepLabel ? { oaepLabel } : {}) },
      bytes,
    ).toString('base64');
  const flipped = () => {
    const bytes = Buffer.from(wrapFor(publicKey, randomBytes(32)), 'base64');
    bytes.writeUInt8(bytes.readUInt8(200) ^ 1, 200);
    return bytes.toString('base64');
  };
  const strange = generateKeyPairSync('rsa', { modulusLength: 3072 }).publicKey.export({ type: 'spki', format: 'pem' });

  const bad: readonly (readonly [string, () => string])[] = [
    ...[0, 16, 31, 33, 64].map((size) => [`${size} bytes (R010)`, () => oaep(publicKey, randomBytes(size))] as const),
    ['all zero', () => oaep(publicKey, Buffer.alloc(32))],
    ['SHA-1 OAEP (R012)', () => oaep(publicKey, randomBytes(32), 'sha1')],
    ['a label (R012)', () => oaep(publicKey, randomBytes(32), 'sha256', Buffer.from('label'))],
    [
      'PKCS#1 v1.5 (R011)',
      () => publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, randomBytes(32)).toString('base64'),
    ],
    ['one flipped bit (R021)', flipped],
    ["another organisation's public key", () => oaep(sisters, randomBytes(32))],
    ['a public key of nobody here (R011)', () => oaep(String(strange), randomBytes(32))],
    ['a key that is there already', () => oaep(publicKey, live)],
    ['a key in the clear', () => randomBytes(32).toString('base64')],
    ['something that is no base64', () => 'not base64!'],
    ['base64url', () => Buffer.alloc(384, 255).toString('base64url')],
  ];
  it.each(bad)('as %s is refused with the same words, and changes nothing', async (_, make) => {
    const before = await keeper.overview();
    const responses = [await keeper.send(make()), await keeper.send(make(), { cloister: { activate: true } })];
    for (const response of responses) {
      expect(response).toEqual({
        status: 422,
        requestId: expect.any(String),
        reason: 'The main key could not be validated',
        cloister: { code: 'kms/invalid-master-key' },
      });
    }
    expect(await keeper.overview()).toEqual(before);
    expect((await lastAudit(2))[1]).toMatchObject({
      action: 'createMasterKey',
      outcome: 'refused',
      code: 'kms/invalid-master-key',
    });
  });

  it('leaves nothing in the hsm that is not going to be destroyed', async () => {
    const before = await disposals();
    await keeper.send(flipped());
    expect(await disposals()).toEqual(before);
    await keeper.send(oaep(publicKey, live));
    expect(await disposals()).toHaveLength(before.length + 1);
  });
});

describe('main keys', () => {
  beforeEach(begin);

  it('are for full administrators of that organisation alone; every other ask is refused and audited (R013, R080)', async () => {
    const { uri } = await keeper.lead();
    const wrapped = await keeper.wrapped();
    const member = await realm.client();
    const sisters = await TestKeeper.of(realm, realm.sisterOrganisationId);
    const officer = await realm.client();
    realm.identity.openCase(officer.person, [keeper.client.person]);
    const moderator = await realm.client();
    await moderator.appoint(await moderator.createRoom([keeper.client.person.id]), moderator.person.id);
    realm.identity.switchFunction(realm.organisationId, 'dlp', true);
    const machine = await realm.machineClient('dlp');
    const before = await keeper.overview();
    const asks = [
      { method: 'retrieve', uri: '/publicKey' },
      { method: 'create', uri: '/cmk', customerMasterKey: wrapped },
      { method: 'create', uri: '/awsKmsCmk', customerMasterKey: 'arn' },
      { method: 'retrieve', uri: '/cmk' },
      { method: 'retrieve', uri: '/awsKmsCmk' },
      { method: 'retrieve', uri },
      { method: 'update', uri, keyState: 'REVOKED' },
      { method: 'update', uri: 'default', keyState: 'ACTIVE' },
      { method: 'delete', uri: '/cmk' },
      { method: 'delete', uri: '/awsKmsCmk' },
    ];
    const everybody = [sisters, ...[member, officer, moderator, machine].map((each) => new TestKeeper(each))];
    for (const other of everybody) {
      for (const ask of asks) {
        const response = await other.client.ask({ ...ask, assignedOrgId: realm.organisationId });
        expect(response).toMatchObject(is(403, 'kms/not-authorized'));
        expect(response.customerMasterKeys).toBeUndefined();
        expect((await lastAudit())[0]).toMatchObject({
          outcome: 'refused',
          code: 'kms/not-authorized',
          purpose: 'administration',
        });
      }
    }
    // Its own administrator names another organisation.
    expect(await keeper.list()).toMatchObject({ status: 200 });
    const sister = { assignedOrgId: realm.sisterOrganisationId };
    expect(await keeper.ask({ method: 'retrieve', uri: '/cmk' }, sister)).toMatchObject(is(403, 'kms/not-authorized'));
    expect(await keeper.overview()).toEqual(before);
    expect(await disposals()).toEqual([]);
  });

  it("of another organisation are not there, even for one's own administrator", async () => {
    const { uri } = await keeper.lead();
    const sister = await TestKeeper.of(realm, realm.sisterOrganisationId);
    for (const response of [await sister.update(uri, 'REVOKED'), await sister.diagnose(uri)]) {
      expect(response).toMatchObject(is(404, 'kms/not-found'));
    }
    expect((await keeper.overview()).isFrozen).toBe(false);
  });

  it('are refused by the table, and then nothing has changed', async () => {
    const first = await keeper.lead();
    const second = firstIn(await keeper.upload());
    const unchanged = async (work: Promise<KmsResponse>, status: number, code: string) => {
      const before = await keeper.overview();
      expect(await work).toMatchObject(is(status, code));
      expect(await keeper.overview()).toEqual(before);
    };
    await unchanged(keeper.upload(), 409, 'kms/pending-exists');
    await unchanged(keeper.upload(undefined, { activate: true }), 409, 'kms/pending-exists');
    await unchanged(keeper.update(first.uri, 'DELETED'), 409, 'kms/revoke-first');
    await unchanged(keeper.update(second.uri, 'REVOKED'), 409, 'kms/not-active');
    await unchanged(keeper.deleteAll(), 409, 'kms/revoke-first');
    await keeper.update(first.uri, 'REVOKED');
    await unchanged(keeper.update(second.uri, 'ACTIVE'), 409, 'kms/reactivate-first');
    await unchanged(keeper.useDefault(), 409, 'kms/reactivate-first');
    await unchanged(keeper.update(`${first.uri.slice(0, -12)}000000000000`, 'ACTIVE'), 404, 'kms/not-found');
    const gone = await keeper.deleteAll();
    expect(gone.customerMasterKeys?.map(({ uri, usageState }) => [uri, usageState])).toEqual([
      [first.uri, 'DELETED'],
      [second.uri, 'REMOVEDCLEAN'],
    ]);
    expect((await keeper.list()).customerMasterKeys).toMatchObject([{ uri: first.uri, usageState: 'DELETED' }]);
  });

  it('at Amazon are not offered where the hsm has no way there', async () => {
    const arn = 'arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    expect(await keeper.addArn(arn)).toMatchObject(is(501, 'kms/no-aws'));
    expect(await keeper.overview()).toMatchObject({ principalArn: null, keys: [] });
  });

  it('are not changed by who has seen an older version (R013)', async () => {
    const { uri } = await keeper.lead();
    const { version } = await keeper.overview();
    const stale = { cloister: { version: version - 1 } };
    const mismatch = is(412, 'kms/version-mismatch');
    expect(await keeper.update(uri, 'REVOKED', stale)).toMatchObject(mismatch);
    expect(await keeper.useDefault(stale)).toMatchObject(mismatch);
    expect(await keeper.upload(undefined, { version: version - 1 })).toMatchObject(mismatch);
    expect(await disposals()).toEqual([]);
    expect(await keeper.update(uri, 'REVOKED', { cloister: { version } })).toMatchObject({ status: 200 });
  });

  it('are changed once, however often it is asked for', async () => {
    const upload = {
      requestId: newId(),
      method: 'create',
      uri: '/cmk',
      customerMasterKey: await keeper.wrapped(),
      cloister: { activate: true },
    };
    const first = await keeper.ask(upload);
    const again = await keeper.ask(upload);
    expect(again).toEqual(first);
    expect((await keeper.overview()).keys).toHaveLength(1);
    expect(await disposals()).toEqual([]);
    const sealed = await keeper.client.seal({
      method: 'update',
      uri: firstIn(first).uri,
      keyState: 'REVOKED',
      assignedOrgId: realm.organisationId,
    });
    const [revoked, repeated] = await keeper.client.sendAll([sealed, sealed]);
    expect(repeated).toEqual(revoked);
    expect((await keeper.overview()).version).toBe(overviewIn(first).version + 1);
    // Another wish under the same id is none of the first.
    expect(await keeper.ask({ ...upload, cloister: { activate: false } })).toMatchObject(is(409, 'kms/request-reused'));
  });

  it('are not told again to who is no administrator any more', async () => {
    const ask = { requestId: newId(), method: 'create', uri: '/cmk', customerMasterKey: await keeper.wrapped() };
    expect(await keeper.ask(ask)).toMatchObject({ status: 201 });
    const { id, organisationId } = keeper.client.person;
    realm.identity.refresh([{ seq: 0, kind: 'person', id, organisationId, active: true, roles: [] }]);
    expect(await keeper.ask(ask)).toMatchObject(is(403, 'kms/not-authorized'));
  });

  it('of two administrators at once: one is pending, and nothing of the other is left (R040)', async () => {
    const second = await TestKeeper.of(realm);
    const keys = [await keeper.wrapped(), await keeper.wrapped()];
    const [one, two] = await Promise.all([keeper.send(keys[0] ?? ''), second.send(keys[1] ?? '')]);
    expect([one.status, two.status].toSorted()).toEqual([201, 409]);
    expect((await keeper.overview()).keys).toMatchObject([{ state: 'pending' }]);
    realm.pass(11 * 60_000);
    await realm.kms.masterKeys.runTimers();
    expect(await disposals()).toEqual([]);
  });

  it('of the same administrator twice at once are one', async () => {
    const ask = { requestId: newId(), method: 'create', uri: '/cmk', customerMasterKey: await keeper.wrapped() };
    const responses = await Promise.all([keeper.ask(ask), keeper.ask(ask)]);
    expect(new Set(responses.map((each) => firstIn(each).uri)).size).toBe(1);
    expect((await keeper.overview()).keys).toHaveLength(1);
  });

  it('that a crash left in the hsm before they were taken up are destroyed there', async () => {
    const wrapped = await keeper.wrapped();
    // The database fails when the key is taken up: what a crash between the import and the commit leaves behind.
    await realm.database.execute(
      sql`alter table master_key add constraint broken check (state <> 'pending') not valid`,
    );
    expect(
      await keeper.client.try({
        method: 'create',
        uri: '/cmk',
        customerMasterKey: wrapped,
        assignedOrgId: realm.organisationId,
      }),
    ).toBeNull();
    await realm.database.execute(sql`alter table master_key drop constraint broken`);
    const [keyId] = await disposals();
    const orphan = { keyId: keyId ?? '', organisationId: realm.organisationId };
    const hsm = hsmOf();
    expect(await hsm.check(orphan)).toHaveLength(16);
    realm.pass(9 * 60_000);
    await realm.kms.masterKeys.runTimers();
    expect(await hsm.check(orphan)).toHaveLength(16);
    realm.pass(60_000);
    await realm.kms.masterKeys.runTimers();
    await expect(hsm.check(orphan)).rejects.toMatchObject({ code: 'hsm/not-found' });
    hsm.close();
    // The same bytes are not spent: they are a key like any other.
    await keeper.client.connect();
    expect(await keeper.send(wrapped)).toMatchObject({ status: 201 });
  });

  it('that were destroyed as orphans are not taken up: nothing leads that is not in the hsm', async () => {
    const wrapped = await keeper.wrapped();
    await keeper.overview();
    const { lead, taken } = await realm.database.transaction(async (tx) => {
      await lockOrganisationKeys(tx, realm.organisationId);
      const asked = keeper.client.try({
        method: 'create',
        uri: '/cmk',
        customerMasterKey: wrapped,
        assignedOrgId: realm.organisationId,
        cloister: { activate: true },
      });
      // It waits for this transaction; meanwhile its time is over.
      while ((await disposals()).length === 0);
      await realm.database.execute(sql`delete from hsm_disposal`);
      return { lead: asked, taken: await disposals() };
    });
    expect(taken).toEqual([]);
    expect(await lead).toBeNull();
    expect(await keeper.overview()).toMatchObject({ head: 'default', keys: [], version: 1 });
  });

  it('that waited and are removed are destroyed in the hsm', async () => {
    const { uri } = firstIn(await keeper.upload());
    const key = { keyId: idOf(uri), organisationId: realm.organisationId };
    const hsm = hsmOf();
    expect(await hsm.check(key)).toHaveLength(16);
    expect(firstIn(await keeper.update(uri, 'removedclean'))).toMatchObject({ uri, usageState: 'REMOVEDCLEAN' });
    expect((await keeper.list()).customerMasterKeys).toEqual([]);
    expect(await keeper.diagnose(uri)).toMatchObject(is(404, 'kms/not-found'));
    await realm.kms.masterKeys.runTimers();
    await expect(hsm.check(key)).rejects.toMatchObject({ code: 'hsm/not-found' });
    hsm.close();
  });
});
