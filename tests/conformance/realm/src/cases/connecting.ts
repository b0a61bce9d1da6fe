import assert from 'node:assert/strict';
import type { Case } from './case.ts';

export const connecting: readonly Case[] = [
  {
    name: 'connects by itself, proves with its link key who it is, and says hello first (R282)',
    run: async ({ core, kmsHost, realm }) => {
      const hello = await core.hello();
      assert.equal(hello.kmsHost, kmsHost);
      assert.equal(hello.receiptKid, realm.receiptKey.kid, 'hello names the receipt key that is registered');
    },
  },
  {
    name: 'publishes its static key as published clients need it: for its host, without use and alg (R301)',
    run: async (world) => {
      const { discovery } = await world.core.hello();
      assert.equal(discovery.kmsCluster, `kms://${world.kmsHost}`);
      const jwk = JSON.parse(discovery.rsaPublicKey) as Record<string, unknown>;
      assert.deepEqual(
        Object.keys(jwk).filter((name) => ['use', 'alg', 'd', 'p', 'q'].includes(name)),
        [],
      );
      // Throws where the chain, the name or the key is not in order.
      await world.stranger();
    },
  },
  {
    name: 'is silent while it has no statement of identity younger than a minute, and answers with the first (wires §2)',
    before: ({ identity }) => {
      identity.ageSeconds = 120;
    },
    run: async (world) => {
      const device = await world.stranger();
      assert.equal(await device.handshake(), null, 'a handshake under a stale feed is met with silence');
      world.identity.ageSeconds = 0;
      await device.connect();
      assert.equal((await device.ask({ method: 'update', uri: '/ping' })).status, 200);
    },
  },
];
