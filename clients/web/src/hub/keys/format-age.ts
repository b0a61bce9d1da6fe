import { localDay } from '../../i18n/format-time.ts';

/** How long ago a day was, as people count days: `today`, `12 days ago`. */
export function formatAge(language: string, since: Date, now: Date): string {
  const days = Math.min(0, localDay(since) - localDay(now));
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(days, 'day');
}
