import { importReceiptPublicKey, type ReceiptPublicJwk, readersLeaseMs, verifyReaders } from '@cloister/receipts';
import type { DomainName, KmsHost, OrganisationId } from '@cloister/wire';
import { parseDeclaredReaders } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TestClient } from '../../testing/test-client.ts';
import type { TestRealm } from '../../testing/test-realm.ts';
import { TestRealms } from '../testing/test-realms.ts';

let realms: TestRealms;
let acme: TestRealm;
let globex: TestRealm;
let umbrella: TestRealm;

beforeAll(async () => {
  realms = await TestRealms.open('acme', 'globex', 'umbrella');
  [acme, globex, umbrella] = realms.all as [TestRealm, TestRealm, TestRealm];
  for (const [name, { organisationId }] of Object.entries({ Acme: acme, Globex: globex, Umbrella: umbrella })) {
    const domains = [`${name.toLowerCase()}.example` as DomainName];
    acme.identity.refresh([{ seq: 0, kind: 'organisation', id: organisationId, name, domains }]);
  }
}, 120_000);
beforeEach(() => {
  // Nothing said before is still believed.
  acme.pass(readersLeaseMs);
  realms.asked.length = 0;
});
afterEach(() => {
  realms.mend();
  realms.hostile = null;
  for (const { organisationId } of realms.all) acme.identity.switchFunction(organisationId, 'indexing', false);
});
afterAll(() => realms.close());

const route = '/federation/v1/readers';
const askedFor = () => realms.asked.filter((each) => each.endsWith(route));
const look = async (client: TestClient, uri: string) => {
  const { cloister, resource } = await client.ask({ method: 'retrieve', uri });
  return parseDeclaredReaders(resource?.cloister ?? cloister).organisations;
};
/** A room of Alice of Acme with Ken of Globex and Wesker of Umbrella in it. */
const setting = async () => {
  const [alice, ken, wesker] = [await acme.client(), await globex.client(), await umbrella.client()];
  const { resourceUri } = await alice.createRoom([ken.person.id, wesker.person.id]);
  return { alice, ken, resourceUri, list: `${resourceUri}/authorizations` };
};
const named = (organisations: Awaited<ReturnType<typeof look>>, { organisationId }: TestRealm) =>
  organisations.find((each) => each.organisationId === organisationId);

describe('the organisations of the people in a room (R344)', () => {
  it('are named with what each lets read: the own as identity says, others as their key servers sign', async () => {
    const { alice, list } = await setting();
    acme.identity.switchFunction(acme.organisationId, 'indexing', true);
    acme.identity.switchFunction(globex.organisationId, 'indexing', true);
    const organisations = await look(alice, list);
    const [own, theirs, none] = realms.all.map((realm) => named(organisations, realm));
    expect(organisations).toHaveLength(3);
    const now = acme.clock.now.toISOString();
    expect(own).toEqual({
      organisationId: acme.organisationId,
      name: 'Acme',
      domains: ['acme.example'],
      kmsHost: acme.kmsHost,
      functions: ['indexing'],
      statedAt: now,
    });
    expect(theirs).toMatchObject({ name: 'Globex', kmsHost: globex.kmsHost, functions: ['indexing'], statedAt: now });
    expect(none).toMatchObject({ name: 'Umbrella', kmsHost: umbrella.kmsHost, functions: [] });
    const { kid, publicJwk } = globex.secrets.receiptKey;
    const keyNamed = async (name: string) => {
      expect(name).toBe(kid);
      return importReceiptPublicKey(publicJwk as ReceiptPublicJwk);
    };
    const said = await verifyReaders(theirs?.statement, { kmsHost: globex.kmsHost, keyNamed }, acme.kmsHost);
    expect(said).toMatchObject({ organisationId: globex.organisationId, functions: ['indexing'] });
  });

  it('are the same in the resource, and for somebody whose room is at home elsewhere', async () => {
    const { alice, ken, resourceUri, list } = await setting();
    const expected = new Set((await look(alice, list)).map(({ organisationId }) => organisationId));
    expect(expected.size).toBe(3);
    for (const [client, uri] of [
      [alice, resourceUri],
      [ken, list],
      [ken, resourceUri],
    ] as const) {
      const organisations = await look(client, uri);
      expect(new Set(organisations.map(({ organisationId }) => organisationId))).toEqual(expected);
      expect(organisations.every(({ functions }) => functions !== undefined)).toBe(true);
    }
    const { resource } = await ken.ask({ method: 'retrieve', uri: resourceUri });
    expect(resource).toMatchObject({ uri: resourceUri, keyUris: [], authorizationUris: { length: 3 } });
  });

  it('are nobody’s to see who is not in the room', async () => {
    const { resourceUri } = await setting();
    const hugo = await globex.client();
    expect(await hugo.ask({ method: 'retrieve', uri: resourceUri })).toMatchObject({ status: 403 });
  });

  it('are asked about once in 300 s, however often somebody looks', async () => {
    const { alice, list } = await setting();
    await look(alice, list);
    acme.identity.switchFunction(globex.organisationId, 'indexing', true);
    acme.pass(readersLeaseMs - 1);
    expect(named(await look(alice, list), globex)?.functions).toEqual([]);
    expect(askedFor()).toHaveLength(2);
    acme.pass(1);
    const late = await acme.client(alice.person);
    expect(named(await look(late, list), globex)?.functions).toEqual(['indexing']);
    expect(askedFor()).toHaveLength(4);
  });

  it('stand there without functions where a key server is out of reach, which is asked again after a rest', async () => {
    const { alice, list } = await setting();
    realms.cut(acme, globex);
    const organisations = await look(alice, list);
    expect(named(organisations, globex)).toEqual({
      organisationId: globex.organisationId,
      name: 'Globex',
      domains: ['globex.example'],
      kmsHost: globex.kmsHost,
    });
    expect(named(organisations, umbrella)?.functions).toEqual([]);
    realms.mend();
    await look(alice, list);
    expect(askedFor()).toHaveLength(2);
    acme.pass(10_000);
    // Nobody waits for it now; it is there for the next.
    await expect
      .poll(async () => named(await look(alice, list), globex)?.functions, { interval: 5, timeout: 30_000 })
      .toEqual([]);
    expect(askedFor()).toHaveLength(3);
  });
});

describe('a hostile key server', () => {
  it.each<[string, (statement: string) => unknown]>([
    ['says nothing', () => ({ statements: [] })],
    ['says what it did not sign', (statement) => ({ statements: [`${statement.slice(0, -4)}AAAA`] })],
    ['answers in another shape', () => ({ statements: [{ functions: [] }] })],
  ])('%s: the organisation is shown as one that has not said', async (_, lie) => {
    const { alice, list } = await setting();
    realms.hostile = (_from, to, path, body) =>
      path === route && to === globex.kmsHost ? lie((body as { statements: string[] }).statements[0] ?? '') : null;
    const organisations = await look(alice, list);
    expect(named(organisations, globex)).not.toHaveProperty('functions');
    expect(named(organisations, umbrella)?.functions).toEqual([]);
  });

  it('speaks for an organisation of another realm: it is not believed', async () => {
    const { alice, list } = await setting();
    const told = await readersFrom(umbrella, acme.kmsHost, umbrella.organisationId);
    realms.hostile = (_from, to, path) => (path === route && to === globex.kmsHost ? { statements: told } : null);
    expect(named(await look(alice, list), globex)).not.toHaveProperty('functions');
  });

  it('passes on what was said to another realm: it is not believed', async () => {
    const { alice, list } = await setting();
    const told = await readersFrom(globex, umbrella.kmsHost, globex.organisationId);
    realms.hostile = (_from, to, path) => (path === route && to === globex.kmsHost ? { statements: told } : null);
    expect(named(await look(alice, list), globex)).not.toHaveProperty('functions');
  });

  it('asks for organisations that are not served here: nothing is said of them', async () => {
    expect(await readersFrom(globex, acme.kmsHost, umbrella.organisationId)).toEqual([]);
  });
});

const readersFrom = async (realm: TestRealm, kmsHost: KmsHost, ...organisationIds: OrganisationId[]) => {
  const asked = realm.kms.peerRoutes.find(({ path }) => path === route);
  const call = { peer: { kmsHost, organisationIds: [] }, body: { organisationIds }, signal: AbortSignal.abort() };
  const answer = await asked?.answer(call);
  return answer?.status === 200 ? (answer.body as { statements: string[] }).statements : undefined;
};
