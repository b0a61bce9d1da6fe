import { CloisterError } from '@cloister/wire';

const hour = 3_600_000;

/** Days, such as `2026-11-22`, in one time zone. */
export interface Days {
  /** The day in which a moment lies. */
  dayOf(moment: number): string;
  /** The first moment of a day. A day that the zone left out ends as it begins. */
  startOf(day: string): number;
}

/**
 * The days of a time zone, as `Intl` knows it.
 * @throws CloisterError `search/unknown-time-zone`
 */
export const daysIn = (timeZone: string): Days => {
  const format = formatOf(timeZone);
  const dayOf = (moment: number): string => {
    const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, value]));
    return `${parts.get('year')?.padStart(4, '0')}-${parts.get('month')}-${parts.get('day')}`;
  };
  // No zone is or was further than 16 hours from Greenwich, and none shows an earlier day later.
  const startOf = (day: string): number => {
    const noon = Date.parse(`${day}T00:00:00Z`);
    let before = noon - 16 * hour;
    let within = noon + 16 * hour;
    while (within - before > 1) {
      const middle = Math.floor((before + within) / 2);
      if (dayOf(middle) < day) before = middle;
      else within = middle;
    }
    return within;
  };
  return { dayOf, startOf };
};

/** The day that is `count` days later in the calendar. */
export const laterDay = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * 24 * hour).toISOString().slice(0, 10);

/** Whether a text is a day of the calendar from 1970 to 9998. */
export const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '1970' || text >= '9999') return false;
  const moment = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(text);
};

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  try {
    return new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  } catch (cause) {
    throw new CloisterError('search/unknown-time-zone', { cause });
  }
};
