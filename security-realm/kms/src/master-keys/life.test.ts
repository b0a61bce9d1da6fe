import { createPublicKey, randomBytes } from 'node:crypto';
import { sql } from '@cloister/database';
import { idOf, type KeyUri } from '@cloister/wire';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from '../testing/test-client.ts';
import { TestRealm } from '../testing/test-realm.ts';
import { kekOf } from './testing/kek-of.ts';
import { firstIn, overviewIn, TestKeeper } from './testing/test-keeper.ts';

const DAY = 24 * 3600_000;

let realm: TestRealm;
let keeper: TestKeeper;
let alice: TestClient;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());
beforeEach(async () => {
  keeper = await TestKeeper.afresh(realm);
  alice = await realm.client();
});

/** Days pass, and everybody connects anew. */
const pass = async (ms: number) => {
  realm.pass(ms);
  await Promise.all([keeper.client.connect(), alice.connect()]);
  await realm.kms.masterKeys.look();
};
const mainKeysOf = async (uris: readonly KeyUri[]) => {
  const keks = await Promise.all(uris.map((uri) => kekOf(realm, uri)));
  return new Set(keks.map(({ hsmKeyId }) => hsmKeyId));
};
const statesIn = async () => (await keeper.overview()).keys.map(({ uri, state }) => [uri, state]);
const readable = async (uri: string) => (await alice.ask({ method: 'retrieve', uri })).status;

describe('an organisation without a main key of its own', () => {
  it('is under the default one, which its administrators see (R001, R023, R071)', async () => {
    const { uri } = await alice.createKey();
    const overview = await keeper.overview();
    expect(overview).toMatchObject({
      version: 1,
      isFrozen: false,
      head: 'default',
      keystore: 'software',
      protection: 'software',
      defaultRole: 'active',
      keys: [],
      history: [],
    });
    expect(await mainKeysOf([uri])).toEqual(new Set([idOf(overview.defaultUri)]));
  });

  it('gets a public key for its upload: RSA, SPKI PEM without a newline at its end (R018)', async () => {
    const pem = await keeper.publicKey();
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem);
    expect([asymmetricKeyType, asymmetricKeyDetails?.modulusLength]).toEqual(['rsa', 3072]);
    expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----[\s\S]*-----END PUBLIC KEY-----$/);
    const sister = await TestKeeper.of(realm, realm.sisterOrganisationId);
    expect(await sister.publicKey()).not.toBe(pem);
    expect(await keeper.publicKey()).toBe(pem);
  });
});

describe('an uploaded key', () => {
  it('waits until it is activated, and is not used (R003, R025, R040)', async () => {
    const response = await keeper.upload();
    const made = firstIn(response);
    expect(response).toMatchObject({ status: 201, uri: made.uri, keysState: 'PENDING' });
    expect(made).toMatchObject({ usageState: 'PENDING', source: 'BYOK', assignedOrgId: realm.organisationId });
    expect(overviewIn(response)).toMatchObject({ head: 'default', defaultRole: 'active', version: 2 });
    const { uri } = await alice.createKey();
    expect(await mainKeysOf([uri])).toEqual(new Set([idOf(overviewIn(response).defaultUri)]));
  });

  it('once active wraps the next content key, while what was there stays readable as it was (R007, R009, R022, R026)', async () => {
    const before = await alice.createKey();
    const stored = () =>
      realm.database.one(sql<{ wrapped: Buffer }>`select wrapped from content_key where key_id = ${idOf(before.uri)}`);
    const { wrapped } = await stored();
    const { uri } = firstIn(await keeper.upload());
    const activated = await keeper.update(uri, 'active');
    expect(firstIn(activated)).toMatchObject({ uri, usageState: 'ACTIVE' });
    expect(overviewIn(activated)).toMatchObject({
      head: uri,
      defaultRole: 'rotation',
      defaultRotation: { total: 1, done: 0 },
    });
    const after = await alice.createKey();
    expect(await mainKeysOf([after.uri])).toEqual(new Set([idOf(uri)]));
    await realm.restart();
    for (const { uri: key, jwk } of [before, after]) {
      expect((await alice.ask({ method: 'retrieve', uri: key })).key?.jwk).toEqual(jwk);
    }
    expect((await stored()).wrapped).toEqual(wrapped);
  });

  it('shows by its check value which backup it is (R051)', async () => {
    const key = randomBytes(32);
    const { cloister } = await keeper.lead(key);
    const { check } = cloister ?? {};
    expect(check).toMatch(/^[0-9a-f]{32}$/);
    await keeper.useDefault();
    const again = firstIn(await keeper.upload(randomBytes(32)));
    expect(again.cloister?.check).not.toBe(check);
  });

  it('goes the whole way: rotation, retired, removed (R024, R027, R042, R044)', async () => {
    const first = await keeper.lead();
    const old = await alice.createKey();
    const second = await keeper.lead();
    expect(await statesIn()).toEqual([
      [first.uri, 'rotation'],
      [second.uri, 'active'],
    ]);
    expect(await readable(old.uri)).toBe(200);
    await realm.kms.masterKeys.rotate();
    expect((await statesIn())[0]).toEqual([first.uri, 'retired']);
    expect(await mainKeysOf([old.uri])).toEqual(new Set([idOf(second.uri)]));
    expect(await readable(old.uri)).toBe(200);
    await pass(7 * DAY);
    await realm.kms.masterKeys.runTimers();
    expect(await statesIn()).toEqual([[second.uri, 'active']]);
    expect((await keeper.overview()).history.map(({ uri, to, act }) => [uri, to, act])).toContainEqual([
      first.uri,
      'removed',
      'retire-done',
    ]);
    expect(await readable(old.uri)).toBe(404);
  });

  it('revoked turns the content off, activated again turns it on (R030, R045, R046, R048)', async () => {
    const { uri } = await keeper.lead();
    const key = await alice.createKey();
    const resourceUri = await alice.createResource([], [key.uri]);
    const revoked = await keeper.update(uri, 'REVOKED');
    expect(firstIn(revoked)).toMatchObject({ usageState: 'REVOKED', cloister: { revocation: { nodes: 1 } } });
    expect(overviewIn(revoked)).toMatchObject({ isFrozen: true, head: uri });
    const off = { status: 405, errorCode: 405005 };
    expect(await alice.ask({ method: 'retrieve', uri: key.uri })).toMatchObject(off);
    expect(await alice.ask({ method: 'retrieve', uri: `${resourceUri}/keys` })).toMatchObject(off);
    expect(await alice.ask({ method: 'create', uri: '/keys' })).toMatchObject(off);
    expect(await alice.ask({ method: 'create', uri: '/resources' })).toMatchObject(off);
    await pass(30 * DAY - 1);
    expect(await readable(key.uri)).toBe(405);
    expect(firstIn(await keeper.update(uri, 'Active'))).toMatchObject({ usageState: 'ACTIVE' });
    await realm.kms.masterKeys.look();
    expect((await alice.ask({ method: 'retrieve', uri: key.uri })).key?.jwk).toEqual(key.jwk);
    expect(await alice.ask({ method: 'create', uri: '/keys' })).toMatchObject({ status: 201 });
  });

  it('deleted can be undeleted for 30 days, to revoked (R031, R032, R033, R049)', async () => {
    const { uri } = await keeper.lead();
    await keeper.update(uri, 'REVOKED');
    const deleted = firstIn(await keeper.update(uri, 'DELETED'));
    expect(deleted).toMatchObject({
      usageState: 'DELETED',
      cloister: { purgeAt: new Date(realm.clock.now.getTime() + 30 * DAY).toISOString() },
    });
    await pass(30 * DAY - 1);
    await realm.kms.masterKeys.runTimers();
    expect(firstIn(await keeper.update(uri, 'REVOKED'))).toMatchObject({ usageState: 'REVOKED' });
    await keeper.update(uri, 'DELETED');
    await pass(30 * DAY);
    expect(await keeper.update(uri, 'REVOKED')).toMatchObject({ status: 410, cloister: { code: 'kms/key-gone' } });
  });

  it('that was removed as the head comes back by the same 32 bytes alone (R050, R051, R052)', async () => {
    const bytes = randomBytes(32);
    const { uri, cloister } = await keeper.lead(bytes);
    const key = await alice.createKey();
    await alice.createResource([], [key.uri]);
    await keeper.update(uri, 'REVOKED');
    await keeper.update(uri, 'DELETED');
    await pass(30 * DAY);
    await realm.kms.masterKeys.runTimers();
    expect(await keeper.overview()).toMatchObject({ head: null, isFrozen: true, keys: [{ uri, state: 'removed' }] });
    expect((await keeper.list()).customerMasterKeys).toMatchObject([{ uri, usageState: 'REMOVEDDIRTY' }]);
    // The hsm has no copy: switching the row back does not help.
    expect(firstIn(await keeper.diagnose(uri))).toMatchObject({ usageState: 'REMOVEDDIRTY' });
    expect((await keeper.diagnose(uri)).cloister).toMatchObject({
      diagnosis: { fault: 'hsm/not-found', findings: [] },
    });
    const original = { status: 409, cloister: { code: 'kms/original-key-required' } };
    expect(await keeper.upload(randomBytes(32))).toMatchObject(original);
    expect(await keeper.upload(randomBytes(32), { activate: true })).toMatchObject(original);
    expect(await keeper.update(uri, 'ACTIVE')).toMatchObject(original);
    expect(
      await keeper.addArn('arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'),
    ).toMatchObject(original);
    const back = await keeper.upload(bytes);
    expect(firstIn(back)).toMatchObject({ uri, usageState: 'REVOKED', cloister: { check: cloister?.check } });
    expect(await readable(key.uri)).toBe(405);
    expect(firstIn(await keeper.update(uri, 'ACTIVE'))).toMatchObject({ uri, usageState: 'ACTIVE' });
    await realm.kms.masterKeys.look();
    expect((await alice.ask({ method: 'retrieve', uri: key.uri })).key?.jwk).toEqual(key.jwk);
    // What was planned to be destroyed under its id no longer is.
    await pass(DAY);
    await realm.kms.masterKeys.runTimers();
    await realm.restart();
    await pass(0);
    expect(await readable(key.uri)).toBe(200);
  });

  it('that came back can be active at once', async () => {
    const bytes = randomBytes(32);
    const { uri } = await keeper.lead(bytes);
    await keeper.update(uri, 'REVOKED');
    await keeper.update(uri, 'DELETED');
    await pass(30 * DAY);
    await realm.kms.masterKeys.runTimers();
    const back = await keeper.upload(bytes, { activate: true });
    expect(firstIn(back)).toMatchObject({ uri, usageState: 'ACTIVE' });
    expect(
      overviewIn(back)
        .history.slice(0, 2)
        .map(({ to, act }) => [to, act]),
    ).toEqual([
      ['active', 'activate'],
      ['revoked', 'restore'],
    ]);
  });

  it('leaves the role to the default key when BYOK is switched off (R016)', async () => {
    const { uri } = await keeper.lead();
    const key = await alice.createKey();
    const waiting = firstIn(await keeper.upload());
    const off = await keeper.useDefault();
    expect(off.customerMasterKeys?.map((each) => [each.uri, each.usageState])).toEqual([
      [uri, 'REENCRYPTING'],
      [waiting.uri, 'REMOVEDCLEAN'],
    ]);
    expect(overviewIn(off)).toMatchObject({ head: 'default', defaultRole: 'active' });
    const { defaultUri } = overviewIn(off);
    expect(await mainKeysOf([(await alice.createKey()).uri])).toEqual(new Set([idOf(defaultUri)]));
    await realm.kms.masterKeys.rotate();
    expect(await mainKeysOf([key.uri])).toEqual(new Set([idOf(defaultUri)]));
    expect(await statesIn()).toEqual([[uri, 'retired']]);
    expect(await readable(key.uri)).toBe(200);
  });

  it('reminds of its rotation after a year (R034)', async () => {
    await keeper.lead();
    const reminded = async () => (await keeper.overview()).keys[0]?.reminder;
    await pass(365 * DAY - 1);
    expect(await reminded()).toBe(false);
    await pass(1);
    expect(await reminded()).toBe(true);
  });
});

describe('content keys that are made while the main-key role changes', () => {
  it('are all made, each KEK of a generation under the key that led when it was made (R007, R041)', async () => {
    const sister = await TestKeeper.of(realm, realm.sisterOrganisationId);
    const carol = await realm.client(realm.person(realm.sisterOrganisationId));
    const wrapped = await sister.wrapped();
    const making = Array.from({ length: 8 }, () => carol.ask({ method: 'create', uri: '/keys', count: 20 }));
    const [uploaded, ...made] = await Promise.all([sister.send(wrapped, { cloister: { activate: true } }), ...making]);
    expect([uploaded.status, ...made.map(({ status }) => status)]).toEqual(Array(9).fill(201));
    const after = await carol.createKeys(20);
    const leading = idOf(firstIn(uploaded).uri);
    expect(await mainKeysOf(after.map(({ uri }) => uri))).toEqual(new Set([leading]));
    const all = [...made.flatMap(({ keys }) => keys ?? []), ...after];
    const possible = new Set([leading, idOf(overviewIn(uploaded).defaultUri)]);
    for (const mainKey of await mainKeysOf(all.map(({ uri }) => uri))) expect(possible).toContain(mainKey);
    await realm.kms.masterKeys.rotate();
    await realm.restart();
    for (const { uri, jwk } of all) expect((await carol.ask({ method: 'retrieve', uri })).key?.jwk).toEqual(jwk);
  });
});

describe('what its administrators see', () => {
  it('is whom a revocation reaches: people and rooms, each once', async () => {
    const [bob, carol] = [realm.person(), realm.person()];
    const first = await alice.createRoom([bob.id]);
    await alice.createRoom([bob.id, carol.id]);
    await alice.remove(first, bob.id);
    await alice.createResource([carol.id]);
    await (await realm.client(realm.person(realm.sisterOrganisationId))).createRoom();
    expect((await keeper.overview()).reach).toEqual({ people: 3, rooms: 2 });
  });

  it('is what happened, newest first, and by whom', async () => {
    const { uri } = await keeper.lead();
    await keeper.update(uri, 'REVOKED');
    const { history } = await keeper.overview();
    expect(history).toEqual([
      expect.objectContaining({ uri, from: 'active', to: 'revoked', act: 'revoke', by: keeper.client.person.id }),
      expect.objectContaining({ uri: 'default', from: 'active', to: 'rotation', act: 'activate' }),
      expect.objectContaining({ uri, from: null, to: 'active', act: 'upload' }),
    ]);
  });

  it('is in the audit with the key, from where to where (R013)', async () => {
    const { uri } = await keeper.lead();
    await keeper.update(uri, 'REVOKED');
    const rows = await realm.database.rows(sql<{ entry: string }>`select entry from audit order by seq desc limit 2`);
    const person = { personId: keeper.client.person.id, masterKeyId: idOf(uri), outcome: 'allowed' };
    expect(rows.map(({ entry }) => JSON.parse(entry))).toEqual([
      expect.objectContaining({ ...person, action: 'updateMasterKey' }),
      expect.objectContaining({
        ...person,
        action: 'masterKey.revoke',
        from: 'active',
        to: 'revoked',
        epoch: expect.any(Number),
      }),
    ]);
  });
});
