import { sql } from '@cloister/database';
import { type ListClaims, listLeaseMs, signList } from '@cloister/receipts';
import { newId, type UserId } from '@cloister/wire';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keyObjectOf } from '../secrets/realm-secrets.ts';
import { databaseState } from '../testing/database-state.ts';
import type { TestRealm } from '../testing/test-realm.ts';
import { eventsOf, HostileGround, read } from './testing/hostile-ground.ts';
import type { TestRealms } from './testing/test-realms.ts';

let ground: HostileGround;
let realms: TestRealms;
let acme: TestRealm;
let globex: TestRealm;
let mallory: TestRealm;
beforeAll(async () => {
  ground = await HostileGround.open();
  ({ realms, acme, globex, mallory } = ground);
}, 120_000);
afterEach(() => {
  ground.realms.hostile = null;
});
afterAll(() => ground.realms.close());

/** What Acme's key server says of lists, signed by it: any list at all. */
const saysList = (change: (claims: ListClaims) => Partial<ListClaims>, signedBy: TestRealm = acme) => {
  const { kid } = signedBy.secrets.receiptKey;
  const signer = { kid, key: keyObjectOf(signedBy.secrets.receiptKey) };
  realms.hostile = async (_from, to, path, body) => {
    if (to !== acme.kmsHost || !path.endsWith('/lists')) return body;
    const [, payload = ''] = (body as { list: string }).list.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as ListClaims;
    return { list: await signList({ ...claims, ...change(claims) }, signer) };
  };
};

describe('a hostile home that answers with a list', () => {
  it.each<[string, (claims: ListClaims) => Partial<ListClaims>]>([
    ['of another resource', () => ({ resourceUri: `kms://${acme.kmsHost}/resources/${newId()}` as never })],
    ['of another realm’s resource', () => ({ resourceUri: `kms://${mallory.kmsHost}/resources/${newId()}` as never })],
    ['in the name of another home', () => ({ iss: mallory.kmsHost })],
    ['for another realm', () => ({ aud: mallory.kmsHost })],
    ['of a resource that is an organisation’s of this realm', () => ({ organisationId: globex.organisationId })],
    ['of a resource that is nobody’s', () => ({ organisationId: newId() })],
    [
      'with a person of this realm as somebody else’s',
      ({ people }) => ({ people: people.map((each) => ({ ...each, organisationId: mallory.organisationId })) }),
    ],
  ])('%s is not believed; it is logged, and nothing is kept', async (_, change) => {
    const context = await ground.setting();
    saysList(change);
    await ground.refusedBy(context);
    ground.seen('peer.list-refused');
    realms.hostile = null;
    expect((await read(context.ken, context.key.uri)).status).toBe(200);
  });

  it('signed with another realm’s key is not believed', async () => {
    const context = await ground.setting();
    saysList(() => ({}), mallory);
    globex.logged = '';
    expect(await read(context.ken, context.key.uri)).toMatchObject({ status: 502 });
    expect(eventsOf(globex).map(({ event }) => event)).toContain('peer.list-refused');
  });

  it('older than it told of is not believed, and who was removed stays out (threats row 16)', async () => {
    const context = await ground.setting();
    const { alice, ken, key, room } = context;
    const hugo = await globex.client();
    await alice.add(room, hugo.person.id);
    await acme.kms.tellPeers();
    expect((await read(hugo, key.uri)).status).toBe(200);
    const [row] = await globex.database.rows(
      sql<{ claims: ListClaims }>`select claims from foreign_list where resource_uri = ${room.resourceUri}`,
    );
    await alice.remove(room, hugo.person.id);
    await acme.kms.tellPeers();
    saysList(() => row?.claims ?? {});
    await ground.refusedBy(context);
    ground.seen('peer.list-refused');
    expect(await read(hugo, key.uri)).toMatchObject({ cloister: { code: 'kms/peer-broken' } });
    realms.hostile = null;
    expect((await read(ken, key.uri)).status).toBe(200);
    expect((await read(hugo, key.uri)).status).toBe(403);
  });

  it.each<[string, (claims: ListClaims) => Partial<ListClaims>]>([
    [
      'with somebody more',
      ({ people }) => ({
        people: [...people, { id: newId<UserId>(), organisationId: mallory.organisationId, authorizationId: newId() }],
      }),
    ],
    ['without a departure', ({ departureVersion }) => ({ departureVersion: departureVersion + 1 })],
    ['for another room', () => ({ roomId: newId() })],
    [
      'with another moderator',
      ({ people }) => ({ people: people.map((each) => ({ ...each, moderator: true as const })) }),
    ],
  ])('that says otherwise under the same version, %s, is not believed', async (_, change) => {
    const context = await ground.setting();
    expect((await read(context.ken, context.key.uri)).status).toBe(200);
    globex.pass(listLeaseMs);
    saysList(change);
    const ken = await globex.client(context.ken.person);
    await ground.refusedBy({ ...context, ken });
    ground.seen('peer.list-refused');
  });

  it('lets no machine read what another home says is its organisation’s (R341)', async () => {
    const { key } = await ground.setting();
    globex.identity.switchFunction(globex.organisationId, 'indexing', true);
    const indexer = await globex.machineClient('indexing');
    saysList(() => ({ organisationId: globex.organisationId }));
    expect(await read(indexer, key.uri)).toMatchObject({ cloister: { code: 'kms/peer-broken' } });
    globex.identity.switchFunction(globex.organisationId, 'indexing', false);
  });
});

describe('a hostile home that decides', () => {
  type Decided = { status: number; receipt: string; response: Record<string, unknown> | null };
  const says = (change: (decided: Decided) => Partial<Decided> | Promise<Partial<Decided>>) => {
    realms.hostile = async (_from, to, path, body) =>
      to === acme.kmsHost && path.endsWith('/changes')
        ? { ...(body as Decided), ...(await change(body as Decided)) }
        : body;
  };
  const forged = {
    uri: `kms://${'kms.acme.example'}/keys/${newId()}`,
    jwk: { kty: 'oct', k: Buffer.alloc(32).toString('base64url') },
  };
  const key = { ...forged, jwk: { ...forged.jwk, kid: forged.uri } };

  it.each<[string, (decided: Decided, earlier: string) => Partial<Decided>]>([
    ['the receipt of another change', (_, earlier) => ({ receipt: earlier })],
    ['a receipt that it did not sign', ({ receipt }) => ({ receipt: `${receipt.slice(0, -8)}AAAAAAAA` })],
    ['another outcome than its receipt', () => ({ status: 403 })],
    ['another outcome inside', ({ response }) => ({ response: { ...response, status: 403 } })],
    [
      'a right to another room',
      ({ response }) => ({
        response: {
          ...response,
          authorizations: [
            {
              uri: `kms://kms.acme.example/authorizations/${newId()}`,
              authId: newId(),
              resourceUri: `kms://kms.acme.example/resources/${newId()}`,
            },
          ],
        },
      }),
    ],
  ])('and tells %s: silence here, and it is logged; the core asks again', async (_, change) => {
    const { ken, room } = await ground.setting();
    const { receipt } = await ken.add(room, globex.person().id);
    says((decided) => change(decided, receipt));
    globex.logged = '';
    const before = await databaseState(globex.database);
    const hugo = globex.person();
    const ask = { method: 'create', uri: '/authorizations', resourceUri: room.resourceUri, userIds: [hugo.id] };
    const frame = await ken.frame('add', ask, { ...room, subjects: [hugo.id] });
    await expect(ken.operate(frame)).rejects.toThrow('silence');
    ground.seen('peer.decision-refused');
    expect(await databaseState(globex.database)).toEqual(before);
    realms.hostile = null;
    expect((await ken.operate(frame)).status).toBe(201);
  });

  it('and gives keys and words of its own with the answer: they do not reach who asked', async () => {
    const { ken, room } = await ground.setting();
    says(({ response }) => ({
      response: { ...response, key, keys: [key], redirectUri: 'https://evil.example', publicKey: 'x' },
    }));
    const { status, response } = await ken.add(room, globex.person().id);
    expect(status).toBe(201);
    expect(Object.keys(response ?? {}).sort()).toEqual(['authorizations', 'cloister', 'requestId', 'status']);
  });
});
