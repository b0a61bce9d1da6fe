import type { Metrics } from '@cloister/health';
import { CloisterError } from '@cloister/wire';
import type { AskPeer } from './client/peer-request.ts';
import type { FederationNumbers } from './store/federation-numbers.ts';

/** What became of a request to a peer, in words of ours: no metric names a peer, a person or a room (R353). */
type Outcome =
  | 'answered'
  | 'refused'
  | 'unknown'
  | 'unreachable'
  | 'lost'
  | 'not-accepted'
  | 'untrusted'
  | 'broken'
  | 'failed';

const faults: Readonly<Record<string, Outcome>> = {
  'kms/peer-unknown': 'unknown',
  'kms/peer-unreachable': 'unreachable',
  'kms/peer-lost': 'lost',
  'kms/peer-refused': 'not-accepted',
  'kms/peer-untrusted': 'untrusted',
  'kms/peer-broken': 'broken',
};

/** Counts what becomes of each request to a peer. */
export const countRequests = (metrics: Metrics, ask: AskPeer): AskPeer => {
  const requests = metrics.counter(
    'cloister_kms_peer_requests_total',
    'Requests to other key servers, by what became of them.',
  );
  const note = (outcome: Outcome) => requests.add(1, { outcome });
  return async (kmsHost, request) => {
    try {
      const answer = await ask(kmsHost, request);
      note(answer.isRefused ? 'refused' : 'answered');
      return answer;
    } catch (error) {
      note((error instanceof CloisterError ? faults[error.code] : undefined) ?? 'failed');
      throw error;
    }
  };
};

type Counted = {
  readonly federationNumbers: () => Promise<FederationNumbers>;
  readonly removalsElsewhere: () => Promise<number>;
};

/** Registers what docs/operations.md says of other realms; the result looks at the numbers of the database. */
export const openFederationMetrics = (
  metrics: Metrics,
  { federationNumbers, removalsElsewhere }: Counted,
  openStreams: () => number,
): (() => Promise<void>) => {
  const gauge = (name: string, help: string, read?: () => number) => metrics.gauge(`cloister_kms_${name}`, help, read);
  gauge('peer_streams', 'Streams to and from other key servers at this node.', openStreams);
  const lists = gauge('foreign_lists', 'Lists of other key servers that are kept.');
  const keys = gauge('foreign_keys', 'Keys of other key servers that are kept.');
  const recalls = gauge(
    'recalls_outstanding',
    'Lists that other key servers may use and do not know the newest state of.',
  );
  const invitations = gauge('invitations_outstanding', 'Lists that other key servers do not know their people are on.');
  const removals = gauge('removals_elsewhere', 'Places of people who left on lists of other key servers.');
  return async () => {
    const numbers = await federationNumbers();
    lists.set(numbers.lists);
    keys.set(numbers.keys);
    recalls.set(numbers.recalls);
    invitations.set(numbers.invitations);
    removals.set(await removalsElsewhere());
  };
};
