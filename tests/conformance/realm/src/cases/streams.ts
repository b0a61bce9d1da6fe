import assert from 'node:assert/strict';
import { formatStreamBytes, newId, streamCredit } from '@cloister/wire';
import type { PeerAnswer } from '../surroundings/peer.ts';
import type { World } from '../world.ts';
import type { Case } from './case.ts';

/** The link is ended for this, and made anew. */
const losesTheLink = async (
  world: World,
  what: string,
  act: (link: Awaited<ReturnType<World['core']['link']>>) => void,
) => {
  const link = await world.core.link();
  act(link);
  const code = await link.closed;
  assert.notEqual(code, 1000, `${what}: closed with ${code}`);
  await world.core.link();
};

export const streams: readonly Case[] = [
  {
    name: 'sends no more than its credit while nothing is read, and goes on with credit (wires §13)',
    run: async (world) => {
      const alice = await world.device();
      const ken = world.foreigner();
      const others = Array.from({ length: 400 }, () => world.person().id);
      const room = await alice.createRoom([ken.id, ...others]);
      const connection = await world.peer.connect();
      assert.ok(connection !== null);
      const full = connection.stream.hold();
      let answers = 0;
      const asking = (async () => {
        // Each list is some tens of kilobytes: long before these are answered the credit is used up.
        for (let at = 0; at < 12; at += 1) {
          const answer: PeerAnswer | null = await connection.ask('POST', '/federation/v1/lists', {
            resourceUri: room.resourceUri,
          });
          assert.equal(answer?.status, 200);
          answers += 1;
        }
      })();
      // Failures count where it is awaited.
      asking.catch(() => undefined);
      await full;
      const { received } = connection.stream;
      assert.ok(received >= streamCredit);
      // What it has to say besides goes before, and it says nothing more of the stream until it may.
      assert.equal((await alice.ask({ method: 'update', uri: '/ping' })).status, 200);
      assert.equal(connection.stream.received, received);
      assert.ok(answers < 12, 'the rest waits');
      connection.stream.release();
      await asking;
      connection.end();
    },
  },
  {
    name: 'gives credit back for what it has read, and takes a body of a megabyte whole',
    run: async ({ peer }) => {
      const keyUris = Array.from({ length: 500 }, () => `kms://kms.acme.example/keys/${newId()}`);
      const connection = await peer.connect();
      assert.ok(connection !== null);
      const body = { keyUris, padding: 'x'.repeat(900_000) };
      const answer = await connection.ask('POST', '/federation/v1/keys', body);
      assert.equal(answer?.status, 200);
      assert.ok(connection.stream.sent > 900_000);
      connection.end();
    },
  },
  {
    name: 'answers the end of a stream with an end',
    run: async ({ peer }) => {
      const connection = await peer.connect();
      connection?.stream.finish();
      assert.ok(connection !== null);
      await connection.stream.over;
    },
  },
  {
    name: 'ends a link on which credit is given for what was never sent, or a stream is spoken of that is not (wires §13)',
    run: async (world) => {
      const stream = newId();
      await losesTheLink(world, 'credit', (link) => link.send({ type: 'stream-credit', stream, bytes: 1 }));
      await losesTheLink(world, 'bytes', (link) =>
        link.sendBytes(formatStreamBytes({ stream: newId(), bytes: new Uint8Array(1) })),
      );
      await losesTheLink(world, 'an end', (link) => link.send({ type: 'stream-end', stream }));
    },
  },
  {
    name: 'ends a link on which a stream brings more than its credit',
    run: async (world) => {
      await losesTheLink(world, 'too much', (link) => {
        const stream = link.streams.open(world.peer.kmsHost);
        // No TLS: whatever is read of it, credit for all of it cannot have come back before it was sent.
        for (let sent = 0; sent < 40 * streamCredit; sent += 16_384) stream.overrun(new Uint8Array(16_384));
      });
    },
  },
];
