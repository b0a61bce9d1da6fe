import { isStale as isFeedStale, type StatusView } from '@cloister/verify';

/** Whether the status feed is too old to decide anything by. */
export const isStale = (status: Pick<StatusView, 'age'>, now: Date): boolean => isFeedStale(status, now.getTime());
