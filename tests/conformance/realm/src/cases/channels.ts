import assert from 'node:assert/strict';
import type { Device } from '../surroundings/device.ts';
import type { Case } from './case.ts';

/** What becomes of a handshake with this token; silence is as good as a refusal, which published clients never recover from. */
const outcomeOf = async (device: Device, bearer: string): Promise<string> =>
  device.handshake({ bearer }).then(
    (channel) => (channel === null ? 'silence' : 'a channel'),
    (error: { code?: string }) => error.code ?? String(error),
  );

export const channels: readonly Case[] = [
  {
    name: 'opens a channel to a person with a token of their own, which lives an hour at most (R300, R305)',
    run: async (world) => {
      const { channel } = await world.device();
      assert.ok(channel.uri.startsWith(`kms://${world.kmsHost}/ecdhe/`), 'the channel is addressed absolutely');
      assert.ok(channel.expiresAt > Date.now() + 60_000, 'the channel lasts');
      assert.ok(channel.expiresAt <= Date.now() + 24 * 3_600_000, 'the channel ends');
    },
  },
  {
    name: 'refuses a handshake with a token that is another person’s, for another server, or out of date (R300)',
    run: async (world) => {
      const [alice, bob] = [await world.device(), await world.device()];
      const past = Math.floor(Date.now() / 1000) - 60;
      const tokens = {
        'another person’s': world.identity.token(alice.person),
        'for the core': world.identity.token(bob.person, { aud: 'core' }),
        'out of date': world.identity.token(bob.person, { iat: past - 60, exp: past }),
        'not signed': `${world.identity.token(bob.person).slice(0, -8)}AAAAAAAA`,
      };
      for (const [what, bearer] of Object.entries(tokens)) {
        const outcome = await outcomeOf(bob, bearer);
        assert.match(outcome, /^(silence|kms\/.*)$/, `a token ${what}`);
      }
    },
  },
  {
    name: 'answers nothing to what nobody can open, and goes on with the rest of the batch (R289)',
    run: async (world) => {
      const alice = await world.device();
      const [ping, other] = [
        await alice.seal({ method: 'update', uri: '/ping' }),
        await alice.seal({ method: 'create', uri: '/keys' }),
      ];
      const broken = `${ping.slice(0, -4)}AAAA`;
      const replies = await alice.relay([broken, other, ping]);
      assert.deepEqual(
        replies
          .map(({ index }) => index)
          .filter((index) => index > 0)
          .sort(),
        [1, 2],
        'what is in order is answered',
      );
      const spoilt = replies.find(({ index }) => index === 0);
      if (spoilt !== undefined)
        assert.equal(spoilt.message.split('.').length, 3, 'what is not opened gets a reset at most');
    },
  },
  {
    name: 'answers on the channel of whoever asked, to that person alone',
    run: async (world) => {
      const [alice, bob] = [await world.device(), await world.device()];
      const sealed = await alice.seal({ method: 'create', uri: '/keys' });
      const [reply] = await bob.relay([sealed]);
      const said = reply === undefined ? null : await alice.channel.open(reply.message).catch(() => null);
      assert.notEqual(said?.status, 201, 'a message of one person is not answered for another');
    },
  },
  {
    name: 'refuses a token of another person on a channel, and a sign-in that ended (kms.md §1.4)',
    run: async (world) => {
      const [alice, bob] = [await world.device(), await world.device()];
      const other = await alice.ask({ method: 'create', uri: '/keys' }, world.identity.token(bob.person));
      assert.ok(other.status >= 400 && other.status < 500, `another person’s token: ${other.status}`);
      world.identity.revoke(bob.person);
      let status = 201;
      // The feed comes by its own way.
      while (status === 201) status = (await bob.try({ method: 'create', uri: '/keys' }))?.status ?? 201;
      assert.ok(status >= 400 && status < 500, `a sign-in that ended: ${status}`);
    },
  },
];
