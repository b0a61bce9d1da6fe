import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestMainKeys } from '../master-keys/testing/test-main-keys.ts';
import { type KmsProcess, KmsProcesses } from '../testing/kms-processes.ts';

let realm: KmsProcesses;
let keys: TestMainKeys;
let node: KmsProcess;

beforeAll(async () => {
  realm = await KmsProcesses.open();
  keys = new TestMainKeys(realm);
  node = await realm.start('node');
});
afterAll(async () => {
  await keys.close();
  await realm.close();
});

it('the core is told of a revocation at once, again over each new link, and no more when it is over (wires.md §12)', async () => {
  const { organisationId } = realm;
  const { core } = node;
  const keyId = await keys.upload();
  const first = core.revoked();
  await keys.happen({ type: 'revoke', keyId });
  expect(await first).toMatchObject({ type: 'keys-revoked', organisationId, epoch: 1 });

  const again = core.revoked();
  await core.cut();
  await core.linked();
  expect(await again).toMatchObject({ organisationId, epoch: 1 });

  const client = await realm.client(node, realm.identity.person(organisationId));
  const ping = { method: 'update', uri: '/ping' };
  expect((await client.ask(ping)).cloister).toEqual({ isFrozen: true });
  await keys.happen({ type: 'activate', keyId, denied: null });
  while ((await client.ask(ping)).cloister !== undefined);

  // What is told over the next link is of the next revocation.
  const next = core.revoked();
  await core.cut();
  await core.linked();
  await keys.happen({ type: 'revoke', keyId });
  expect(await next).toMatchObject({ organisationId, epoch: 3 });
});
