import { newId } from '@cloister/wire';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askPeople, openPeople, openStatement, readFeed } from './testing/feed.ts';
import { cast, type IdentityUnderTest, identityUnderTest, password } from './testing/identity-under-test.ts';
import { newMachineKey } from './testing/machine.ts';
import { longEnough, numRuns } from './testing/runs.ts';
import { signIn } from './testing/sign-in.ts';

const path = '/identity/status/v1/people';

let identity: IdentityUnderTest;
beforeAll(async () => {
  identity = await identityUnderTest();
});
afterAll(() => identity.close());

const idOf = (email: string) => identity.person(email).id;
/** As the feed states them to their own realm. */
const stated = async (email: string) => {
  const { entries } = await readFeed(identity);
  const [entry] = entries.filter((each) => each.kind === 'person' && each.id === idOf(email));
  return { id: idOf(email), organisationId: identity.person(email).organisationId, active: true, entry: entry?.seq };
};
const alice = 'alice@acme.example';
const gina = 'gina@globex.example';

it('states whose people they are, and by which entry active, signed, for the realm that asks and as of now', async () => {
  const answer = await askPeople(identity, { ids: [idOf(gina), idOf(alice)] });
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/jose']);
  const { people, ...rest } = await openPeople(identity, answer.text);
  expect(rest).toEqual({
    iss: identity.config.issuer,
    aud: 'kms.acme.example',
    issuedAt: Math.floor(identity.clock.ms / 1000),
  });
  expect(people).toHaveLength(2);
  expect(people).toEqual(expect.arrayContaining([await stated(alice), await stated(gina)]));
  const core = await askPeople(identity, { ids: [idOf(gina)] }, identity.realmToken('core'));
  expect(await openPeople(identity, core.text)).toMatchObject({ aud: 'core', people: [await stated(gina)] });
});

it('leaves out ids that are nobody’s, and tells each person once', async () => {
  const { organisationId } = identity.person(alice);
  const machines = [{ purpose: 'dlp' as const, publicKey: newMachineKey().publicKey }];
  const [acme] = cast.organisations;
  if (acme === undefined) throw new Error('no Acme');
  const provisioned = await identity.provision({ organisations: [{ ...acme, machines }] });
  const machine = provisioned.machines[0]?.id;
  const ids = [newId(), organisationId, machine, idOf(alice), idOf(alice)];
  const { people } = await openPeople(identity, (await askPeople(identity, { ids })).text);
  expect(people).toEqual([await stated(alice)]);
});

it('states who left, by which entry and by whom, and of who came back that they had (R332)', async () => {
  const bob = idOf('bob@acme.example');
  const { access_token: token } = await signIn(identity.client(), alice, password);
  const put = async (json: object) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await identity.client().ask(`/identity/api/v1/people/${bob}`, { method: 'PUT', headers, json });
    expect(answer.status).toBe(204);
    return (await readFeed(identity)).entries.findLast((each) => each.kind === 'person' && each.id === bob)?.seq;
  };
  const told = async () => (await openPeople(identity, (await askPeople(identity, { ids: [bob] })).text)).people;
  const { organisationId } = identity.person(alice);
  const by = { kind: 'person', id: idOf(alice) };
  const left = await put({ active: false });
  expect(await told()).toEqual([{ id: bob, organisationId, active: false, entry: left, by }]);
  const back = await put({ active: true });
  // Another role is told by an entry that makes nobody active.
  expect(await put({ roles: ['member', 'full-admin'] })).toBeGreaterThan(Number(back));
  expect(await told()).toEqual([{ id: bob, organisationId, active: true, entry: back, by, left: { entry: left, by } }]);
  const again = await put({ active: false });
  expect(await told()).toEqual([{ id: bob, organisationId, active: false, entry: again, by }]);
});

it('answers registered realms only, each token once', async () => {
  const question = { ids: [idOf(alice)] };
  expect((await identity.client().ask(path, { json: question })).status).toBe(401);
  expect((await askPeople(identity, question, 'a.b.c')).status).toBe(401);
  const { access_token: token } = await signIn(identity.client(), alice, password);
  expect((await askPeople(identity, question, token)).status).toBe(401);
  const once = identity.realmToken();
  expect((await askPeople(identity, question, once)).status).toBe(200);
  expect((await askPeople(identity, question, once)).status).toBe(401);
});

it('passes for no statement of the feed', async () => {
  const { text } = await askPeople(identity, { ids: [idOf(alice)] });
  await expect(openStatement(identity, text)).rejects.toThrow('wrong type');
});

it('tells no name and no address (R421)', async () => {
  const { text } = await askPeople(identity, { ids: identity.provisioned.people.map(({ id }) => id) });
  const payload = Buffer.from(text.split('.')[1] ?? '', 'base64url')
    .toString()
    .replaceAll('"kms.acme.example"', '');
  for (const { name, domain, people } of cast.organisations) {
    for (const secret of [name, domain, ...people.flatMap((each) => [each.name, each.email])]) {
      expect(payload).not.toContain(secret);
    }
  }
});

it(
  'refuses any other question',
  async () => {
    const ids = fc.oneof(
      fc.jsonValue(),
      fc.array(fc.oneof(fc.uuid(), fc.string())),
      fc.constant(Array(101).fill(newId())),
    );
    const question = fc.oneof(fc.jsonValue(), fc.record({ ids }));
    const isQuestion = (value: unknown) => {
      const { ids: asked } = (value ?? {}) as { ids?: unknown };
      const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
      return (
        Array.isArray(asked) && asked.length > 0 && asked.length <= 100 && asked.every((id) => uuid.test(String(id)))
      );
    };
    await fc.assert(
      fc.asyncProperty(question, async (value) => {
        const answer = await askPeople(identity, value);
        expect(answer.status).toBe(isQuestion(value) ? 200 : 400);
      }),
      { numRuns },
    );
  },
  longEnough,
);
