import { sql } from '@cloister/database';
import { CloisterError, type UserId } from '@cloister/wire';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseQuery } from './http/status-routes.ts';
import { appendStatus } from './store/status-log.ts';
import { askFeed, openStatement, readFeed } from './testing/feed.ts';
import { cast, type IdentityUnderTest, identityUnderTest, password } from './testing/identity-under-test.ts';
import { claimsOf, oauth, signIn } from './testing/sign-in.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

let identity: IdentityUnderTest;
beforeEach(async () => {
  identity = await identityUnderTest();
});
afterEach(() => identity.close());

const endSignIn = (token: string) =>
  identity.client().ask(`${oauth}/revoke`, { form: { token, client_id: 'cloister-cli' } });

it('states organisations, people and token keys, signed with the key that provisioning gave out', async () => {
  const feed = await readFeed(identity);
  expect(feed).toMatchObject({ iss: identity.config.issuer, after: 0, head: 7 });
  expect(feed.issuedAt).toBe(Math.floor(identity.clock.ms / 1000));
  expect(feed.entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const organisations = feed.entries.flatMap(({ seq: _, ...each }) => (each.kind === 'organisation' ? [each] : []));
  expect(organisations).toEqual(
    identity.provisioned.organisations.map(({ id, name, domain }) => ({
      kind: 'organisation',
      id,
      name,
      domains: [domain],
    })),
  );
  const people = feed.entries.flatMap((entry) => (entry.kind === 'person' ? [entry.id] : []));
  expect([...people].sort()).toEqual(identity.provisioned.people.map(({ id }) => id).sort());
  const administrators = feed.entries.flatMap((entry) => (entry.kind === 'person' && entry.roles ? [entry.id] : []));
  expect(administrators).toEqual([identity.person('alice@acme.example').id]);
  const { keys } = (await identity.client().ask('/idbroker/jwks')).json();
  expect(feed.keys.keys.map(({ kid }) => kid)).toEqual(keys.map(({ kid }: { kid: string }) => kid));
  expect(feed.keys.keys[0]).not.toHaveProperty('d');
});

it('holds nobody’s name or address: what organisations are called and have proved is public (R420, R421)', async () => {
  const answer = await askFeed(identity);
  const text = Buffer.from(answer.text.split('.')[1] ?? '', 'base64url').toString('utf8');
  expect(text).toContain('"kms.acme.example"');
  for (const { name, domain, people } of cast.organisations) {
    expect(text).toContain(`"name":${JSON.stringify(name)},"domains":["${domain}"]`);
    for (const secret of people.flatMap((person) => [person.name, person.email, person.password])) {
      expect(text).not.toContain(secret);
    }
  }
});

it('answers registered realms only', async () => {
  expect((await askFeed(identity, 'after=0', 'a.b.c')).status).toBe(401);
  expect((await identity.client().ask('/identity/status/v1/feed?after=0')).status).toBe(401);
  const { access_token: token } = await signIn(identity.client(), 'alice@acme.example', password);
  expect((await askFeed(identity, 'after=0', token)).status).toBe(401);
  const once = identity.realmToken();
  expect((await askFeed(identity, 'after=0', once)).status).toBe(200);
  expect((await askFeed(identity, 'after=0', once)).status).toBe(401);
});

it('tells several waiting realms at the moment a sign-in ends', async () => {
  const { access_token: token } = await signIn(identity.client(), 'alice@acme.example', password);
  const { head } = await readFeed(identity);
  const waiting = [1, 2, 3].map(() => readFeed(identity, `after=${head}&wait=20`));
  await untilWaiting(3);
  expect((await endSignIn(token)).status).toBe(200);
  const revokedAt = Math.floor(identity.clock.ms / 1000);
  for (const { entries } of await Promise.all(waiting)) {
    expect(entries).toEqual([{ seq: head + 1, kind: 'session', sid: claimsOf(token).sid, revokedAt }]);
  }
});

it('tells of what another process did', async () => {
  const { head } = await readFeed(identity);
  const waiting = readFeed(identity, `after=${head}&wait=20`);
  await untilWaiting(1);
  const { id, organisationId } = identity.person('bob@acme.example');
  const statement = { kind: 'person', id: id as UserId, organisationId, active: false } as Parameters<
    typeof appendStatus
  >[1];
  await identity.database.transaction((transaction) => appendStatus(transaction, statement));
  expect((await waiting).entries).toEqual([{ seq: head + 1, ...statement }]);
});

it('answers without growth when the wait is over or identity closes', async () => {
  const { head } = await readFeed(identity);
  expect((await readFeed(identity, `after=${head}&wait=0`)).entries).toEqual([]);
  const waiting = readFeed(identity, `after=${head}&wait=20`);
  await untilWaiting(1);
  const [feed] = await Promise.all([waiting, identity.stop()]);
  expect(feed).toMatchObject({ head, entries: [] });
});

it('tells nothing of what was rolled back, and leaves no gap', async () => {
  const { head } = await readFeed(identity);
  const { id, organisationId } = identity.person('bob@acme.example');
  const statement = { kind: 'person', id, organisationId, active: false } as Parameters<typeof appendStatus>[1];
  const failing = identity.database.transaction(async (transaction) => {
    await appendStatus(transaction, statement);
    throw new CloisterError('identity/conflict');
  });
  await expect(failing).rejects.toHaveProperty('code', 'identity/conflict');
  const appends = Array.from({ length: 12 }, () =>
    identity.database.transaction((transaction) => appendStatus(transaction, statement)),
  );
  await Promise.all(appends);
  const { entries, head: after } = await readFeed(identity, `after=${head}`);
  expect(after).toBe(head + 12);
  expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 12 }, (_, n) => head + 1 + n));
});

it('gives long feeds in pages of at most 5000', async () => {
  await identity.database.execute(sql`
    INSERT INTO status_entries SELECT 7 + n, '{"kind":"organisation","id":"c0ffee00-0000-4000-8000-000000000001"}'
    FROM generate_series(1, 6000) n`);
  await identity.database.execute(sql`UPDATE status_head SET seq = 6007`);
  const first = await readFeed(identity);
  expect([first.entries.length, first.entries.at(-1)?.seq, first.head]).toEqual([5000, 5000, 6007]);
  const second = await readFeed(identity, 'after=5000&wait=20');
  expect([second.entries.length, second.entries.at(0)?.seq]).toEqual([1007, 5001]);
});

it('tells who made a person leave, ends their sign-ins in the same statement, and tells when they come back', async () => {
  const alice = identity.person('alice@acme.example');
  const bob = identity.person('bob@acme.example');
  const { access_token: admin } = await signIn(identity.client(), alice.email, password);
  const one = await signIn(identity.client(), bob.email, password);
  const two = await signIn(identity.client(), bob.email, password);
  const { head } = await readFeed(identity);
  const put = (active: boolean) =>
    identity.client().ask(`/identity/api/v1/people/${bob.id}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${admin}` },
      json: { active },
    });
  expect((await put(false)).status).toBe(204);
  expect((await put(false)).status).toBe(204);
  const left = await readFeed(identity, `after=${head}`);
  const person = {
    kind: 'person',
    id: bob.id,
    organisationId: bob.organisationId,
    by: { kind: 'person', id: alice.id },
  };
  expect(left.entries[0]).toEqual({ seq: head + 1, ...person, active: false });
  const ended = left.entries.slice(1).flatMap((entry) => (entry.kind === 'session' ? [entry.sid] : []));
  expect(ended.sort()).toEqual([claimsOf(one.access_token).sid, claimsOf(two.access_token).sid].sort());
  await expect(signIn(identity.client(), bob.email, password)).rejects.toThrow('did not come back: 401');
  expect((await put(true)).status).toBe(204);
  const back = await readFeed(identity, `after=${left.head}`);
  expect(back.entries).toEqual([{ seq: left.head + 1, ...person, active: true }]);
  await expect(signIn(identity.client(), bob.email, password)).resolves.toHaveProperty('access_token');
});

it('refuses any query that is not two whole numbers', () => {
  fc.assert(
    fc.property(
      fc.record({ after: fc.oneof(fc.string(), fc.integer(), fc.array(fc.string())), wait: fc.string() }),
      (query) => {
        const whole = (value: unknown) => typeof value === 'string' && /^\d{1,15}$/.test(value);
        if (whole(query.after) && whole(query.wait)) expect(parseQuery(query).wait).toBeLessThanOrEqual(20);
        else expect(() => parseQuery(query)).toThrow(expect.objectContaining({ code: 'identity/invalid-request' }));
      },
    ),
    { numRuns },
  );
  expect(parseQuery({})).toEqual({ after: 0, wait: 0 });
});

it('does not pass for another statement when it is changed', async () => {
  const { text } = await askFeed(identity);
  const [head, payload = '', signature] = text.split('.');
  const changed = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('true', 'null')).toString(
    'base64url',
  );
  await expect(openStatement(identity, [head, changed, signature].join('.'))).rejects.toThrow('signature');
});

/** Until so many requests for the feed are being held: the server's own sockets say so. */
const untilWaiting = (count: number) =>
  expect.poll(() => identity.waiting(), { interval: 5, timeout: 30_000 }).toBe(count);
