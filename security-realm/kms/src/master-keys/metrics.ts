import type { Metrics } from '@cloister/health';
import type { MasterKeyJobs } from './jobs.ts';

/** Registers what docs/operations.md says of main keys; the result looks at the numbers of the database. */
export const openMasterKeyMetrics = (metrics: Metrics, jobs: MasterKeyJobs): (() => Promise<void>) => {
  const gauge = (name: string, help: string, read?: () => number) => metrics.gauge(`cloister_kms_${name}`, help, read);
  const frozen = gauge('frozen_organisations', 'Organisations whose main key is off.');
  const left = gauge('keks_left_to_rewrap', 'KEKs under main keys in rotation.');
  const refused = gauge('keks_refused', 'KEKs that did not open when they were to be rewrapped.');
  const unacknowledged = gauge('unacknowledged_revocations', 'Answers of nodes that revocations wait for.');
  const disposals = gauge('disposals_due', 'Keys that are to be destroyed in the hsm and are not.');
  gauge('lease_age_seconds', 'Since the last successful look at the epochs began.', () =>
    // Before the first look it is infinite.
    Math.min(jobs.leaseAgeMs() / 1000, 1e9),
  );
  gauge('prober_faults', 'Probes that told nothing of a key at Amazon, since the start.', jobs.proberFaults);
  return async () => {
    const numbers = await jobs.numbers();
    frozen.set(numbers.frozenOrganisations);
    left.set(numbers.leftToRewrap);
    refused.set(numbers.refusedKeks);
    unacknowledged.set(numbers.unacknowledged);
    disposals.set(numbers.disposalsDue);
  };
};
