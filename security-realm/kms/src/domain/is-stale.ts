import type { StatusView } from '@cloister/verify';

/** docs/wires.md §2: "older than 60 s: … the KMS stays silent". */
const LONGEST_FEED_AGE_MS = 60_000;

/** Whether the status feed is too old to decide anything by. */
export const isStale = (status: Pick<StatusView, 'age'>, now: Date): boolean =>
  status.age(now.getTime()) > LONGEST_FEED_AGE_MS;
