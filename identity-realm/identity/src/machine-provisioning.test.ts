import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseProvisionInput } from './provision/provision-input.ts';
import { readFeed } from './testing/feed.ts';
import { cast, type IdentityUnderTest, identityUnderTest, password } from './testing/identity-under-test.ts';
import { askAsMachine, assertionOf, newMachineKey } from './testing/machine.ts';
import { signIn } from './testing/sign-in.ts';

let identity: IdentityUnderTest;
beforeAll(async () => {
  identity = await identityUnderTest();
});
afterAll(() => identity.close());

const withMachine = (machine: object) => ({
  organisations: cast.organisations.map((each) =>
    each.domain === 'acme.example' ? { ...each, machines: [machine] } : each,
  ),
});

it('makes the machine accounts of its input, the same however often; their function stays off (R341, R400)', async () => {
  expect(identity.provisioned.machines).toEqual([]);
  const keys = newMachineKey();
  const input = withMachine({ purpose: 'transcoding', publicKey: keys.publicKey });
  const { head } = await readFeed(identity);
  const [organisation] = identity.provisioned.organisations;
  const { machines } = await identity.provision(parseProvisionInput(input));
  expect(machines).toEqual([{ id: expect.any(String), organisationId: organisation?.id, purpose: 'transcoding' }]);
  expect((await identity.provision(parseProvisionInput(input))).machines).toEqual(machines);
  const { id = '' } = machines[0] ?? {};
  const { entries } = await readFeed(identity, `after=${head}`);
  expect(entries).toEqual([
    { seq: head + 1, kind: 'machine', id, organisationId: organisation?.id, purpose: 'transcoding', active: true },
  ]);

  const ask = async () => askAsMachine(identity, await assertionOf(keys, id, identity.clock.ms));
  expect((await ask()).json().code).toBe('identity/function-off');
  const { access_token: admin } = await signIn(identity.client(), 'alice@acme.example', password);
  const headers = { authorization: `Bearer ${admin}` };
  const base = '/identity/api/v1/organisation';
  const on = { method: 'PUT', headers, json: { enabled: true } };
  await identity.client().ask(`${base}/functions/transcoding`, on);
  expect((await ask()).status).toBe(200);

  // One that an administrator removed is not made again.
  await identity.client().ask(`${base}/machines/${id}`, { method: 'DELETE', headers });
  expect((await identity.provision(parseProvisionInput(input))).machines).toEqual(machines);
  expect((await ask()).json().code).toBe('identity/invalid-client');
});

it('switches the functions of its input on once: one that an administrator switched off stays off (R342)', async () => {
  const input = parseProvisionInput({
    organisations: cast.organisations.map((each) =>
      each.domain === 'acme.example' ? { ...each, functions: ['indexing'] } : each,
    ),
  });
  const { head } = await readFeed(identity);
  await identity.provision(input);
  await identity.provision(input);
  const statement = { kind: 'function', purpose: 'indexing' };
  const { entries } = await readFeed(identity, `after=${head}`);
  expect(entries).toMatchObject([{ ...statement, enabled: true, by: { kind: 'person' } }]);
  const { access_token: admin } = await signIn(identity.client(), 'alice@acme.example', password);
  const off = { method: 'PUT', headers: { authorization: `Bearer ${admin}` }, json: { enabled: false } };
  await identity.client().ask('/identity/api/v1/organisation/functions/indexing', off);
  await identity.provision(input);
  expect((await readFeed(identity, `after=${head + 1}`)).entries).toMatchObject([{ ...statement, enabled: false }]);
});

it('refuses a machine of no known purpose and one without a good key', async () => {
  const { publicKey } = newMachineKey();
  expect(() => parseProvisionInput(withMachine({ purpose: 'mining', publicKey }))).toThrow(
    expect.objectContaining({ code: 'config/invalid' }),
  );
  const { head } = await readFeed(identity);
  const input = parseProvisionInput(withMachine({ purpose: 'indexing', publicKey: { ...publicKey, y: publicKey.x } }));
  await expect(identity.provision(input)).rejects.toHaveProperty('code', 'identity/invalid-request');
  expect((await readFeed(identity)).head).toBe(head);
});
