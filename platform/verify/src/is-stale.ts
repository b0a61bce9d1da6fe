import type { StatusView } from './status-view.ts';

/** docs/wires.md §2: "older than 60 s: the core answers 503 …, the KMS stays silent". */
export const LONGEST_FEED_AGE_MS = 60_000;

/** Whether the status feed is too old to decide anything by. `now`: milliseconds since 1970. */
export const isStale = (feed: Pick<StatusView, 'age'>, now: number): boolean => feed.age(now) > LONGEST_FEED_AGE_MS;
