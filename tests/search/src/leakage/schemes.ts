import type { Scheme } from '@cloister/indexer';

const none: Scheme = { bucket: Number.POSITIVE_INFINITY, noise: 0, padding: false, searchedBuckets: false };

/** What can be done about leakage, one measure after the other; the last but one is what the indexer does unless told otherwise. */
export const schemes = {
  none,
  'noise: 2 a message (R393)': { ...none, noise: 2 },
  'counters, 8': { ...none, bucket: 8 },
  'counters, 8, padding': { ...none, bucket: 8, padding: true },
  'counters, 8, padding, searched': { ...none, bucket: 8, padding: true, searchedBuckets: true },
  'counters, 4, padding, searched': { ...none, bucket: 4, padding: true, searchedBuckets: true },
  'counters, 1, padding, searched': { ...none, bucket: 1, padding: true, searchedBuckets: true },
} as const satisfies Record<string, Scheme>;

export type SchemeName = keyof typeof schemes;
export const schemeNames = Object.keys(schemes) as SchemeName[];

/** What the indexer does unless told otherwise. */
export const standard: SchemeName = 'counters, 4, padding, searched';
