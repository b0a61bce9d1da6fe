import { Metrics } from '@cloister/health';
import { CloisterError, type ErrorCode, parseKmsHost } from '@cloister/wire';
import { expect, it } from 'vitest';
import type { AskPeer, PeerAnswer } from './client/peer-request.ts';
import { countRequests, openFederationMetrics } from './metrics.ts';

const globex = parseKmsHost('kms.globex.example');
const request = { method: 'POST', path: '/federation/v1/lists', body: {}, answer: null } as const;

it('counts what becomes of requests to peers in words of ours: no host, no id, no address (R353)', async () => {
  const metrics = new Metrics();
  let next: PeerAnswer<never> | ErrorCode | 'a bug' = 'a bug';
  const ask = countRequests(metrics, (async () => {
    if (next === 'a bug') throw new TypeError('x');
    if (typeof next === 'string') throw new CloisterError(next);
    return next;
  }) as AskPeer);
  const answers = [
    { isRefused: false, value: undefined as never },
    { isRefused: true, status: 404, code: 'kms/not-found' },
    'kms/peer-unknown',
    'kms/peer-unreachable',
    'kms/peer-unreachable',
    'kms/peer-lost',
    'kms/peer-refused',
    'kms/peer-untrusted',
    'kms/peer-broken',
    'kms/no-federation',
    'a bug',
  ] as const;
  for (next of answers) await ask(globex, request).catch(() => undefined);
  const lines = metrics
    .render()
    .split('\n')
    .filter((line) => line.startsWith('cloister_kms_peer_requests_total'));
  expect(lines.sort()).toEqual(
    [
      ['answered', 1],
      ['broken', 1],
      ['failed', 2],
      ['lost', 1],
      ['not-accepted', 1],
      ['refused', 1],
      ['unknown', 1],
      ['unreachable', 2],
      ['untrusted', 1],
    ].map(([outcome, n]) => `cloister_kms_peer_requests_total{outcome="${outcome}"} ${n}`),
  );
  expect(metrics.render()).not.toContain('globex');
});

it('shows how much is kept of others, and what is outstanding, by these names and no others', async () => {
  const metrics = new Metrics();
  const before = new Set(names(metrics));
  const numbers = { lists: 3, keys: 5, recalls: 1, invitations: 2 };
  const counted = { federationNumbers: async () => numbers, removalsElsewhere: async () => 7 };
  const look = openFederationMetrics(metrics, counted, () => 4);
  await look();
  const shown = metrics
    .render()
    .split('\n')
    .filter((line) => line.startsWith('cloister_kms'));
  expect(shown.sort()).toEqual([
    'cloister_kms_foreign_keys 5',
    'cloister_kms_foreign_lists 3',
    'cloister_kms_invitations_outstanding 2',
    'cloister_kms_peer_streams 4',
    'cloister_kms_recalls_outstanding 1',
    'cloister_kms_removals_elsewhere 7',
  ]);
  expect(names(metrics).filter((name) => !before.has(name))).toHaveLength(6);
});

const names = (metrics: Metrics): string[] =>
  [...metrics.render().matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name as string);
