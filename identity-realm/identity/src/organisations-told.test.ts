import { sql } from '@cloister/database';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openIdentity } from './open-identity.ts';
import { readFeed } from './testing/feed.ts';
import { cheap, type IdentityUnderTest, identityUnderTest, password } from './testing/identity-under-test.ts';
import { signIn } from './testing/sign-in.ts';

let identity: IdentityUnderTest;
let head: number;
beforeEach(async () => {
  identity = await identityUnderTest();
  await identity.makeAdministrator('gina@globex.example');
  head = (await readFeed(identity)).head;
});
afterEach(() => identity.close());

/** What was told of organisations since the test began. */
const told = async () =>
  (await readFeed(identity, `after=${head}`)).entries.flatMap(({ seq: _, ...each }) =>
    each.kind === 'organisation' ? [each] : [],
  );
const globex = () => {
  const { id, name } = identity.provisioned.organisations[1] as { id: string; name: string };
  return { kind: 'organisation', id, name };
};
const asGina = async () => {
  const { access_token: token } = await signIn(identity.client(), 'gina@globex.example', password);
  return (path: string, method: 'POST' | 'DELETE', json?: object) =>
    identity.client().ask(`/identity/api/v1/organisation/domains${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(json === undefined ? {} : { json }),
    });
};

it('tells the realms of a domain when it is proven, and when it is given up (R361)', async () => {
  const ask = await asGina();
  const claimed = await ask('', 'POST', { domain: 'globex.test' });
  expect(await told()).toEqual([]);
  identity.dns.publish(claimed.json().record);
  expect((await ask('/globex.test/verification', 'POST')).status).toBe(200);
  expect((await ask('/globex.test/verification', 'POST')).status).toBe(200);
  expect(await told()).toEqual([{ ...globex(), domains: ['globex.example', 'globex.test'] }]);
  expect((await ask('/globex.test', 'DELETE')).status).toBe(204);
  expect((await told()).at(-1)).toEqual({ ...globex(), domains: ['globex.example'] });
  // A claim that is taken back was nothing.
  await ask('', 'POST', { domain: 'globex.test' });
  expect((await ask('/globex.test', 'DELETE')).status).toBe(204);
  expect(await told()).toHaveLength(2);
});

it('tells the realms another name once, however many processes start with it', async () => {
  await identity.database.execute(sql`UPDATE organisations SET name = 'Globex Limited' WHERE id = ${globex().id}`);
  const { config, clock } = identity;
  const socket = (path: string, n: number) => ({ socket: `${path}.${n}` });
  const others = await Promise.all(
    [1, 2, 3].map((n) =>
      openIdentity(
        { ...config, listen: socket(config.listen.socket, n), health: socket(config.health.socket, n) },
        { log: { event: () => {}, failure: () => {} }, now: () => new Date(clock.ms), passwordCost: cheap },
      ),
    ),
  );
  await Promise.all(others.map((each) => each.close()));
  const named = { ...globex(), name: 'Globex Limited', domains: ['globex.example'] };
  expect(await told()).toEqual([named]);
  await identity.restart();
  expect(await told()).toEqual([named]);
});

it('names organisations that were told of before entries had names', async () => {
  await identity.database.execute(sql`
    UPDATE status_entries SET entry = entry - 'name' - 'domains' WHERE entry->>'kind' = 'organisation'`);
  await identity.restart();
  expect((await told()).map(({ name, domains }) => [name, domains])).toEqual(
    expect.arrayContaining([
      ['Acme', ['acme.example']],
      ['Globex', ['globex.example']],
    ]),
  );
  expect(await told()).toHaveLength(2);
});
