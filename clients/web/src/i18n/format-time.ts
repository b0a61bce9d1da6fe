const formatters = new Map<string, Intl.DateTimeFormat>();

function format(language: string, options: Intl.DateTimeFormatOptions, date: Date): string {
  // Making a formatter is slow and a timeline needs thousands of strings.
  const key = `${language}${JSON.stringify(options)}`;
  const formatter = formatters.get(key) ?? new Intl.DateTimeFormat(language, options);
  formatters.set(key, formatter);
  return formatter.format(date);
}

/** `14:05`, `2:05 PM`. */
export const formatTime = (language: string, date: Date): string =>
  format(language, { hour: 'numeric', minute: '2-digit' }, date);

/** Date and time in full, for titles and assistive technology. */
export const formatDateTime = (language: string, date: Date): string =>
  format(language, { dateStyle: 'full', timeStyle: 'short' }, date);

/** Date and time in little room. */
export const formatMoment = (language: string, date: Date): string =>
  format(language, { dateStyle: 'medium', timeStyle: 'short' }, date);

/** The calendar day in this browser's time zone, as a comparable number of days. */
export const localDay = (date: Date): number =>
  Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);

/** A day separator's words: today, yesterday, else weekday and date; the year only when it is not this one. */
export function formatDay(language: string, date: Date, now: Date): string {
  const distance = localDay(date) - localDay(now);
  if (distance === 0 || distance === -1) {
    const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(distance, 'day');
    return words.charAt(0).toLocaleUpperCase(language) + words.slice(1);
  }
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const };
  return format(language, { weekday: 'long', month: 'long', day: 'numeric', ...year }, date);
}

/** The shortest useful time for a list: the time today, the weekday within a week, else the date. */
export function formatShort(language: string, date: Date, now: Date): string {
  const distance = localDay(now) - localDay(date);
  if (distance <= 0) return formatTime(language, date);
  if (distance < 7) return format(language, { weekday: 'short' }, date);
  const year = date.getFullYear() === now.getFullYear() ? {} : { year: 'numeric' as const };
  return format(language, { month: 'short', day: 'numeric', ...year }, date);
}
