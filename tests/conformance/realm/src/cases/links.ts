import assert from 'node:assert/strict';
import { maxRealmFrameBytes } from '@cloister/wire';
import type { World } from '../world.ts';
import type { Case } from './case.ts';

const pings = async (world: World): Promise<boolean> => {
  const device = await world.device();
  return (await device.ask({ method: 'update', uri: '/ping' })).status === 200;
};

const endsFor = async (world: World, what: string, act: (link: Awaited<ReturnType<World['core']['link']>>) => void) => {
  const link = await world.core.link();
  act(link);
  assert.notEqual(await link.closed, 1000, what);
  assert.ok(await pings(world), `it goes on after ${what}`);
};

export const links: readonly Case[] = [
  {
    name: 'connects again when the link breaks, and its channels go on (R282)',
    run: async (world) => {
      const alice = await world.device();
      await world.core.another((link) => link.cut());
      assert.equal((await alice.ask({ method: 'update', uri: '/ping' })).status, 200);
    },
  },
  {
    name: 'ends a link on which a frame comes that is not as described, such as a message in the clear (R283), and connects again',
    run: async (world) => {
      await endsFor(world, 'an unknown frame', (link) => link.send({ type: 'gossip' }));
      await endsFor(world, 'no JSON', (link) => link.sendText('{'));
      await endsFor(world, 'a batch in the clear', (link) =>
        link.send({ type: 'messages', batch: crypto.randomUUID(), messages: ['{}'] }),
      );
    },
  },
  {
    name: 'ends a link on which a frame is too large, and connects again',
    run: (world) => endsFor(world, 'too large a frame', (link) => link.sendText(' '.repeat(maxRealmFrameBytes + 1))),
  },
  {
    name: 'passes over members that it does not know',
    run: async (world) => {
      const alice = await world.device();
      const sealed = await alice.seal({ method: 'update', uri: '/ping' });
      const link = await world.core.link();
      const batch = crypto.randomUUID();
      world.monitor.sentBatch(batch, 1);
      const done = link.until((frame) => frame.type === 'done' && frame.batch === batch);
      link.send({ type: 'messages', batch, ...alice.asker, deviceId: null, messages: [sealed], mood: 'fine' });
      await done;
    },
  },
  {
    name: 'keeps channels, keys and results when it is killed and starts again (kms.md §0.4)',
    run: async (world) => {
      const [alice, bob] = [await world.device(), await world.device()];
      const key = await alice.createKey();
      const room = await alice.createRoom([], [key.uri]);
      const adding = await alice.adding(room, bob.person.id);
      const { receipt } = await alice.operate(adding);
      const link = await world.core.link();
      await world.implementation.kill();
      await link.closed;
      world.implementation.start();
      // Until it has heard of identity it may be silent.
      let given = await bob.try({ method: 'retrieve', uri: key.uri });
      while (given === null) given = await bob.try({ method: 'retrieve', uri: key.uri });
      assert.deepEqual(given.key?.jwk, key.jwk);
      assert.equal((await alice.operate(adding)).receipt, receipt);
    },
  },
  {
    name: 'finishes and exits with 0 on SIGTERM',
    run: async (world) => {
      await world.core.link();
      assert.equal(await world.implementation.stop(), 0);
    },
  },
];
