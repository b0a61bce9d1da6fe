import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type KmsProcess, KmsProcesses } from '../../testing/kms-processes.ts';
import type { TestClient } from '../../testing/test-client.ts';
import { TestCore } from '../../testing/test-core.ts';
import { hasNetworks, TestNetwork } from '../../testing/test-network.ts';
import { revocationProgress } from '../store/node-row.ts';
import { TestMainKeys } from '../testing/test-main-keys.ts';

/** A tenth of what is usual, so that the test need not wait for a minute. */
const revocation = { leaseMs: 6_000, lookMs: 500 };
/** Requests that are on their way when a node is cut off or stopped. */
const ON_THEIR_WAY = 40;

let realm: KmsProcesses;
let keys: TestMainKeys;
let network: TestNetwork;

beforeAll(async () => {
  if (!hasNetworks) return;
  realm = await KmsProcesses.open();
  keys = new TestMainKeys(realm);
  network = new TestNetwork(realm.folder);
});
afterAll(async () => {
  if (!hasNetworks) return;
  await keys.close();
  await realm.close();
  await network.close();
});

/** The key as a node gives it, or null. */
const ask = async (client: TestClient, uri: string): Promise<string | null> =>
  (await client.try({ method: 'retrieve', uri }))?.key?.jwk.k ?? null;

it.runIf(hasNetworks)(
  'three processes, one cut off, one stopped: after a revocation is proven none gives a key away (R029, R045, P6, invariant 8)',
  async () => {
    const alice = realm.identity.person(realm.organisationId);
    const mainKey = await keys.upload();
    const well = await realm.start('well', { revocation });
    const core = new TestCore();
    const coreUrl = await core.listen();
    await network.onLoopback(Number(new URL(coreUrl).port), realm.feedPort);
    const databaseAt = await network.overCable(join(realm.testDatabase.host, '.s.PGSQL.5432'));
    const alone = await realm.start('alone', { revocation, coreUrl, databaseAt, startedBy: network.startedBy }, core);
    const stopped = await realm.start('stopped', { revocation });
    const nodes: KmsProcess[] = [well, alone, stopped];
    const clients = await Promise.all(nodes.map((node) => realm.client(node, alice)));
    const [atWell, atAlone, atStopped] = clients as [TestClient, TestClient, TestClient];
    const key = await atWell.createKey();
    // One person's messages are answered one after the other: another's are not behind those that hang.
    const another = await realm.client(alone, realm.identity.person(realm.organisationId));
    for (const client of clients) expect(await ask(client, key.uri)).toBe(key.jwk.k);

    // In the middle of answering, one loses its database and one stands still; what they were asked is still open.
    const proven = { isSo: false };
    const late: string[] = [];
    const crowd = (client: TestClient) =>
      Array.from({ length: ON_THEIR_WAY }, async () => {
        const given = await ask(client, key.uri);
        if (given !== null && proven.isSo) late.push(given);
      });
    const open = [...crowd(atAlone), ...crowd(atStopped)];
    await Promise.race(open);
    network.cut();
    stopped.child.kill('SIGSTOP');

    await keys.happen({ type: 'revoke', keyId: mainKey });
    while ((await ask(atWell, key.uri)) !== null);
    const progress = async () =>
      revocationProgress(keys.database, realm.organisationId, await keys.databaseNow(keys.database));
    expect(await progress()).toMatchObject({ nodes: 3, effectiveAt: null });
    let now = await progress();
    while (now?.effectiveAt === null) now = await progress();
    const tookMs = (now?.effectiveAt?.getTime() ?? 0) - (now?.requestedAt.getTime() ?? 0);
    expect(now).toMatchObject({ nodes: 3, acknowledged: 3 });
    expect(tookMs).toBeGreaterThan(revocation.leaseMs / 2);

    // Whatever was on its way to us is here before they go on.
    await ask(atWell, key.uri);
    proven.isSo = true;
    expect(await another.try({ method: 'update', uri: '/ping' })).toBeNull();
    stopped.child.kill('SIGCONT');
    network.mend();
    await Promise.all(open);
    expect(late).toEqual([]);
    for (const client of clients) expect(await ask(client, key.uri)).toBeNull();

    // And back: what was closed opens again on all of them.
    await keys.happen({ type: 'activate', keyId: mainKey, denied: null });
    for (const client of clients) while ((await ask(client, key.uri)) !== key.jwk.k);
  },
  100_000,
);
