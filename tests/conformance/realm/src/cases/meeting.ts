import assert from 'node:assert/strict';
import { makeRoot } from '@cloister/certs';
import { federationRealm } from '@cloister/wire';
import type { TlsPair } from '../surroundings/tls-settings.ts';
import type { Case } from './case.ts';

export const meeting: readonly Case[] = [
  {
    name: 'meets a realm of the directory inside a stream, with TLS 1.3 and its own certificate (R363, R364)',
    run: async (world) => {
      const { status, body } = await world.peer.ask('GET', '/federation/v1/realm');
      assert.equal(status, 200);
      const { kmsHost, organisationIds, receiptKey } = federationRealm.parse(body);
      assert.deepEqual([kmsHost, receiptKey.x], [world.kmsHost, world.realm.receiptKey.x]);
      assert.deepEqual([...organisationIds].sort(), [...world.surroundings.organisationIds].sort());
    },
  },
  {
    name: 'answers nothing to who shows no certificate, one under another root, or a name outside the directory (R364)',
    run: async ({ peer, kmsHost }) => {
      const other = await makeRoot({ commonName: 'Another root', now: new Date() });
      const pairs: Readonly<Record<string, TlsPair | null>> = {
        'no certificate': null,
        'another root': await peer.certify(peer.kmsHost, other),
        'a host outside the directory': await peer.certify('kms.nowhere.example' as typeof kmsHost),
        'its own name': await peer.certify(kmsHost),
      };
      for (const [what, pair] of Object.entries(pairs)) {
        const connection = await peer.connect(pair);
        const answer = (await connection?.ask('GET', '/federation/v1/realm')) ?? null;
        assert.ok(answer === null || answer.status === 403, `${what}: answered with ${answer?.status}`);
        connection?.end();
      }
      assert.equal((await peer.ask('GET', '/federation/v1/realm')).status, 200, 'and goes on with who is in order');
    },
  },
  {
    name: 'refuses what is no documented request with a problem document',
    run: async ({ peer }) => {
      const asked = [
        ['GET', '/federation/v1/everything', undefined, 404],
        ['POST', '/federation/v1/keys', { keyUris: ['all'] }, 400],
        ['POST', '/federation/v1/lists', { resourceUri: '*' }, 400],
      ] as const;
      for (const [method, path, body, status] of asked) {
        const answer = await peer.ask(method, path, body);
        assert.deepEqual([path, answer.status, answer.type.split(';')[0]], [path, status, 'application/problem+json']);
        assert.equal((answer.body as { status?: number }).status, status);
      }
    },
  },
];
