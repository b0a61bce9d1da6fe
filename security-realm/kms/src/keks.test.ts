import { sql } from '@cloister/database';
import type { KmsResponse, OrganisationId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestClient } from './testing/test-client.ts';
import { TestRealm } from './testing/test-realm.ts';

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());

const administrator = (organisationId: OrganisationId = realm.organisationId): Promise<TestClient> =>
  realm.client(realm.identity.administrator(organisationId));
const listed = async (client: TestClient) =>
  (await client.ask({ method: 'retrieve', uri: `kms://${TestRealm.kmsHost}/kek` })).wrappingKeys ?? [];
const create = (client: TestClient, more: object = {}) => client.ask({ method: 'create', uri: '/kek', ...more });
const update = (client: TestClient, uri: string | undefined, state: string) =>
  client.ask({ method: 'update', uri, state });
const get = (client: TestClient, uri: string) => client.ask({ method: 'retrieve', uri });
const revoked: Partial<KmsResponse> = { status: 405, errorCode: 405005 };
const versionOf = (uri: string) =>
  realm.database.one(sql<{ version: number }>`select version from content_key k join kek on kek.kek_id = k.kek_id
    where key_id = ${uri.split('/').at(-1) ?? ''}`);

describe('the KEK of an organisation', () => {
  it('is listed for its full administrators, in the form of the draft (kms.md §1.6)', async () => {
    const alice = await realm.client();
    await alice.createKey();
    const admin = await administrator();
    expect(await listed(admin)).toEqual([
      {
        uri: expect.stringMatching(`^kms://${TestRealm.kmsHost}/kek/`),
        state: 'active',
        assignedOrgId: realm.organisationId,
      },
    ]);
  });

  it('is followed by a new one for new keys, while old keys stay readable', async () => {
    const [alice, admin] = [await realm.client(), await administrator()];
    const before = await alice.createKey();
    const made = await create(admin, { assignedOrgId: realm.organisationId });
    expect(made).toMatchObject({ status: 200, state: 'active' });
    expect((await listed(admin)).map(({ uri }) => uri)[0]).toBe(made.uri);
    const after = await alice.createKey();
    expect((await versionOf(after.uri)).version).toBe((await versionOf(before.uri)).version + 1);
    expect((await get(alice, before.uri)).key?.jwk).toEqual(before.jwk);
    expect((await get(alice, after.uri)).key?.jwk).toEqual(after.jwk);
    await realm.restart();
    expect((await get(alice, after.uri)).key?.jwk).toEqual(after.jwk);
  });

  it('that is inactive gives no key away on any path, with the published answer, and gives them again once active', async () => {
    const [alice, bob, admin] = [await realm.client(), await realm.client(), await administrator()];
    const [key, loose] = await alice.createKeys(2);
    const resourceUri = await alice.createResource([bob.person.id], [key?.uri ?? '']);
    const make = await alice.seal({ requestId: 'made', method: 'create', uri: '/keys' });
    expect((await alice.sendAll([make]))[0]).toMatchObject({ status: 201 });
    const [kek] = await listed(admin);
    await create(admin);
    expect(await update(admin, kek?.uri, 'inactive')).toMatchObject({ status: 200, uri: kek?.uri, state: 'inactive' });
    realm.identity.switchFunction(realm.organisationId, 'dlp', true);
    const machine = await realm.machineClient('dlp');
    for (const reader of [alice, bob, machine]) {
      expect(await get(reader, key?.uri ?? '')).toMatchObject(revoked);
      expect(await get(reader, `${resourceUri}/keys`)).toMatchObject(revoked);
    }
    expect(await alice.ask({ method: 'update', uri: loose?.uri, resourceUri })).toMatchObject(revoked);
    expect((await alice.sendAll([make]))[0]).toMatchObject(revoked);
    // The newer one goes on.
    const later = await alice.createKey();
    expect(await get(alice, later.uri)).toMatchObject({ status: 200 });
    expect(await update(admin, kek?.uri, 'active')).toMatchObject({ status: 200, state: 'active' });
    expect((await get(bob, key?.uri ?? '')).key?.jwk).toEqual(key?.jwk);
    expect(await alice.ask({ method: 'update', uri: loose?.uri, resourceUri })).toMatchObject({ status: 200 });
  });

  it('when none is active makes no key, and its administrator can still switch it on', async () => {
    const { sisterOrganisationId } = realm;
    const [carol, admin] = [
      await realm.client(realm.person(sisterOrganisationId)),
      await administrator(sisterOrganisationId),
    ];
    await carol.createKey();
    const [kek] = await listed(admin);
    await update(admin, kek?.uri, 'inactive');
    expect(await carol.ask({ method: 'create', uri: '/keys' })).toMatchObject(revoked);
    await update(admin, kek?.uri, 'active');
    expect(await carol.ask({ method: 'create', uri: '/keys' })).toMatchObject({ status: 201 });
  });

  it('is no business of anybody else: members, machines, administrators of other organisations', async () => {
    const [alice, admin] = [await realm.client(), await administrator()];
    const other = await administrator(realm.sisterOrganisationId);
    await alice.createKey();
    const [kek] = await listed(admin);
    const forbidden = { status: 403, cloister: { code: 'kms/not-authorized' } };
    for (const [client, more] of [
      [alice, {}],
      [other, { assignedOrgId: realm.organisationId }],
      [admin, { assignedOrgId: realm.sisterOrganisationId }],
    ] as const) {
      expect(await create(client, more)).toMatchObject(forbidden);
      expect(await client.ask({ method: 'retrieve', uri: '/kek', ...more })).toMatchObject(forbidden);
    }
    expect(await update(alice, kek?.uri, 'inactive')).toMatchObject(forbidden);
    expect(await update(other, kek?.uri, 'inactive')).toMatchObject({ status: 404 });
    expect((await listed(admin)).every(({ state }) => state === 'active')).toBe(true);
  });

  it('changes once however often it is asked for, and each change is in the audit', async () => {
    const admin = await administrator();
    const before = (await listed(admin)).length;
    const ask = { requestId: 'once', method: 'create', uri: '/kek' };
    const [first, second] = [await admin.ask(ask), await admin.ask(ask)];
    expect(second.uri).toBe(first.uri);
    expect(await listed(admin)).toHaveLength(before + 1);
    await update(admin, first.uri, 'inactive');
    const rows = await realm.database.rows(sql<{ entry: string }>`select entry from audit order by seq desc limit 1`);
    expect(JSON.parse(rows[0]?.entry ?? '{}')).toMatchObject({
      action: 'updateKek',
      outcome: 'allowed',
      personId: admin.person.id,
      kekId: first.uri?.split('/').at(-1),
    });
    await update(admin, first.uri, 'active');
  });
});

describe('the main key', () => {
  it('is listed in the form of the draft, with the kind of its keystore; the published client asks for those of its organisation', async () => {
    const admin = await administrator();
    const { wrappingKeys } = await get(admin, '/cmk');
    expect(wrappingKeys).toEqual([
      {
        uri: expect.stringMatching(`^kms://${TestRealm.kmsHost}/cmk/`),
        state: 'active',
        assignedOrgId: null,
        cloister: { keystore: 'software' },
      },
    ]);
    const published = { method: 'retrieve', uri: '/cmk', assignedOrgId: realm.organisationId };
    expect(await admin.ask(published)).toMatchObject({ status: 200, customerMasterKeys: [] });
    expect(await get(await realm.client(), '/cmk')).toMatchObject({ status: 403 });
  });
});
