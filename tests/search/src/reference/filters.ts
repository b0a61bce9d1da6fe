import { dayAt, dayBounds } from './days.ts';
import type { Asker } from './parse.ts';
import type { Has, Query } from './query.ts';

export const filterNames = ['from', 'in', 'has', 'before', 'after', 'on'] as const;
export type FilterName = (typeof filterNames)[number];

const has: readonly Has[] = ['file', 'image', 'video', 'audio', 'document', 'link'];

/** What a filter asks for; null with a value that it does not know: then it is a word. */
export function filtered({ name, value }: { name: FilterName; value: string }, asker: Asker): Query | null {
  if (name === 'from') return { kind: 'from', users: asker.people(value) };
  if (name === 'in') return { kind: 'in', rooms: asker.rooms(value) };
  if (name === 'has') {
    const what = has.find((one) => one === value);
    return what === undefined ? null : { kind: 'has', what };
  }
  const date = dayNamed(value, asker);
  if (date === null) return null;
  const { from, until } = dayBounds(date, asker.timeZone);
  if (name === 'on') return { kind: 'time', from, until };
  return name === 'before'
    ? { kind: 'time', from: -Infinity, until: from }
    : { kind: 'time', from: until, until: Infinity };
}

/** "A day is `YYYY-MM-DD` of the calendar, from 1970 to 9998"; also `today` and `yesterday`. */
function dayNamed(value: string, { now, timeZone }: Asker): string | null {
  if (value === 'today') return dayAt(now, timeZone);
  if (value === 'yesterday') return dayOf(Date.parse(dayAt(now, timeZone)) - 86_400_000);
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(value) || value < '1970' || value >= '9999') return null;
  const ms = Date.parse(value);
  return !Number.isNaN(ms) && dayOf(ms) === value ? value : null;
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
