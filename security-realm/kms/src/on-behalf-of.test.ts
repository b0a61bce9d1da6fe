import { sql } from '@cloister/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from './testing/test-client.ts';
import type { Person } from './testing/test-identity.ts';
import { TestRealm } from './testing/test-realm.ts';

let realm: TestRealm;
beforeAll(async () => {
  realm = await TestRealm.open();
});
afterAll(() => realm.close());
beforeEach(() => realm.identity.switchFunction(realm.organisationId, 'ediscovery', true));

/** As the published client asks: X named twice, the officer's token, the officer's own channel (kms.md §1.7). */
const onBehalf = (officer: TestClient, { id }: Pick<Person, 'id'>, ask: Record<string, unknown>) => ({
  client: { clientId: officer.clientId, credential: { userId: id, onBehalfOf: id, bearer: officer.token() } },
  ...ask,
});
const fetchKey = (officer: TestClient, custodian: Pick<Person, 'id'>, uri: string) =>
  officer.ask(onBehalf(officer, custodian, { method: 'retrieve', uri }));
const forbidden = { status: 403, cloister: { code: 'kms/not-authorized' } };

describe('an officer with an approved case', () => {
  it('gets a key that the custodian could get, bound or not, in the published form (kms.md §1.7)', async () => {
    const [jim, spock, mccoy] = [await realm.client(), await realm.client(), await realm.client()];
    const caseId = realm.identity.openCase(jim.person, [spock.person]);
    const [unbound, bound] = [await spock.createKey(), await mccoy.createKey()];
    await mccoy.createResource([spock.person.id], [bound.uri]);
    expect((await fetchKey(jim, spock.person, unbound.uri)).key).toMatchObject({ uri: unbound.uri, jwk: unbound.jwk });
    expect((await fetchKey(jim, spock.person, bound.uri)).key).toMatchObject({ jwk: bound.jwk });
    const keyId = bound.uri.split('/').at(-1) ?? '';
    const rows = await realm.database.rows(sql<{ entry: string }>`select entry from audit order by seq`);
    const line = rows.map(({ entry }) => JSON.parse(entry)).findLast(({ keyIds }) => keyIds?.includes(keyId));
    expect(line).toMatchObject({
      action: 'retrieveKey',
      outcome: 'allowed',
      personId: jim.person.id,
      purpose: 'ediscovery',
      onBehalfOf: spock.person.id,
      caseId,
    });
  });

  it('gets keys for several custodians in quick succession, each by the right of its own', async () => {
    const [jim, spock, mccoy] = [await realm.client(), await realm.client(), await realm.client()];
    realm.identity.openCase(jim.person, [spock.person, mccoy.person]);
    const [his, theirs] = [await spock.createKey(), await mccoy.createKey()];
    const asked = [
      onBehalf(jim, spock.person, { requestId: '1', method: 'retrieve', uri: his.uri }),
      onBehalf(jim, mccoy.person, { requestId: '2', method: 'retrieve', uri: theirs.uri }),
      onBehalf(jim, spock.person, { requestId: '3', method: 'retrieve', uri: theirs.uri }),
    ];
    const responses = await jim.sendAll(await Promise.all(asked.map((ask) => jim.channel.seal(ask))));
    expect(responses).toMatchObject([{ key: { jwk: his.jwk } }, { key: { jwk: theirs.jwk } }, { status: 403 }]);
  });

  it('gets no key that the custodian has no right to, or lost it', async () => {
    const [jim, spock, mccoy] = [await realm.client(), await realm.client(), await realm.client()];
    realm.identity.openCase(jim.person, [spock.person]);
    const key = await mccoy.createKey();
    const resourceUri = await mccoy.createResource([spock.person.id], [key.uri]);
    expect(await fetchKey(jim, spock.person, key.uri)).toMatchObject({ status: 200 });
    await mccoy.ask({ method: 'delete', uri: `${resourceUri}/authorizations?authId=${spock.person.id}` });
    expect(await fetchKey(jim, spock.person, key.uri)).toMatchObject(forbidden);
  });

  it('may do nothing but retrieve a key for the custodian', async () => {
    const [jim, spock] = [await realm.client(), await realm.client()];
    realm.identity.openCase(jim.person, [spock.person]);
    const key = await spock.createKey();
    const resourceUri = await spock.createResource([], [key.uri]);
    for (const ask of [
      { method: 'create', uri: '/keys' },
      { method: 'retrieve', uri: `${resourceUri}/keys` },
      { method: 'retrieve', uri: `${resourceUri}/authorizations` },
      { method: 'create', uri: '/authorizations', resourceUri, userIds: [jim.person.id] },
      { method: 'update', uri: '/ping' },
    ]) {
      const message = await jim.channel.seal({ requestId: 'r', ...onBehalf(jim, spock.person, ask) });
      expect((await jim.sendAll([message]))[0], JSON.stringify(ask)).toMatchObject(forbidden);
    }
  });
});

describe('without one it is refused', () => {
  it('to a person who is no officer, to another officer, and for somebody who is no custodian', async () => {
    const [jim, mccoy, spock] = [await realm.client(), await realm.client(), await realm.client()];
    realm.identity.openCase(jim.person, [mccoy.person]);
    const key = await spock.createKey();
    expect(await fetchKey(mccoy, spock.person, key.uri)).toMatchObject(forbidden);
    expect(await fetchKey(jim, spock.person, key.uri)).toMatchObject(forbidden);
    const rows = await realm.database.rows(sql<{ entry: string }>`select entry from audit order by seq desc limit 1`);
    expect(JSON.parse(rows[0]?.entry ?? '{}')).toMatchObject({
      outcome: 'refused',
      purpose: 'ediscovery',
      onBehalfOf: spock.person.id,
    });
  });

  it('once the case has expired or was closed, or the function is off (R342)', async () => {
    const [jim, spock] = [await realm.client(), await realm.client()];
    const key = await spock.createKey();
    const id = realm.identity.openCase(jim.person, [spock.person]);
    realm.identity.switchFunction(realm.organisationId, 'ediscovery', false);
    expect(await fetchKey(jim, spock.person, key.uri)).toMatchObject({
      status: 403,
      cloister: { code: 'kms/function-off' },
    });
    realm.identity.switchFunction(realm.organisationId, 'ediscovery', true);
    expect(await fetchKey(jim, spock.person, key.uri)).toMatchObject({ status: 200 });
    realm.identity.openCase(jim.person, [spock.person], { id, active: false });
    expect(await fetchKey(jim, spock.person, key.uri)).toMatchObject(forbidden);
    const expiresAt = realm.clock.now.getTime() / 1000;
    realm.identity.openCase(jim.person, [spock.person], { expiresAt });
    expect(await fetchKey(jim, spock.person, key.uri)).toMatchObject(forbidden);
  });

  it('for people of another organisation, and by a case of another', async () => {
    const [jim, sister] = [await realm.client(), await realm.client(realm.person(realm.sisterOrganisationId))];
    const key = await sister.createKey();
    realm.identity.openCase(jim.person, [sister.person]);
    expect(await fetchKey(jim, sister.person, key.uri)).toMatchObject(forbidden);
    const spock = await realm.client();
    const his = await spock.createKey();
    realm.identity.openCase(jim.person, [spock.person], { organisationId: realm.sisterOrganisationId });
    expect(await fetchKey(jim, spock.person, his.uri)).toMatchObject(forbidden);
  });

  it('to a machine', async () => {
    const [jim, spock] = [await realm.client(), await realm.client()];
    realm.identity.openCase(jim.person, [spock.person]);
    const key = await spock.createKey();
    const machine = await realm.machineClient('ediscovery');
    expect(await fetchKey(machine, spock.person, key.uri)).toMatchObject(forbidden);
  });
});

describe('on behalf of oneself', () => {
  it('everybody gets what is theirs, and nothing else (kms.md §1.7)', async () => {
    const [jim, spock] = [await realm.client(), await realm.client()];
    const [mine, his] = [await jim.createKey(), await spock.createKey()];
    expect((await fetchKey(jim, jim.person, mine.uri)).key?.jwk).toEqual(mine.jwk);
    expect(await fetchKey(jim, jim.person, his.uri)).toMatchObject(forbidden);
  });
});

describe('the name of somebody else', () => {
  it('without their token or onBehalfOf is refused as before (R303)', async () => {
    const [jim, spock] = [await realm.client(), await realm.client()];
    realm.identity.openCase(jim.person, [spock.person]);
    const key = await spock.createKey();
    const credential = { userId: spock.person.id, bearer: jim.token() };
    const ask = { method: 'retrieve', uri: key.uri, client: { clientId: jim.clientId, credential } };
    expect(await jim.ask(ask)).toMatchObject({ status: 401 });
    const other = { userId: jim.person.id, onBehalfOf: spock.person.id, bearer: jim.token() };
    expect(await jim.ask({ ...ask, client: { clientId: jim.clientId, credential: other } })).toMatchObject({
      status: 401,
    });
  });
});
