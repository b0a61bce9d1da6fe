import { type Der, TAG, unreadable } from './der.ts';

const FORM = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;

/** RFC 5280 §4.1.2.5: UTCTime with a year in 1950 to 2049, or GeneralizedTime; Zulu, with seconds, without fractions. */
export function readTime({ tag, content }: Der): number {
  const parts = FORM.exec(String.fromCharCode(...content.subarray(0, 16)));
  const digits = tag === TAG.utcTime ? 2 : tag === TAG.generalizedTime ? 4 : 0;
  const [, year = '', ...rest] = parts ?? [];
  if (parts === null || year.length !== digits || content.length > 15) throw unreadable();
  const fullYear = digits === 4 ? Number(year) : Number(year) + (Number(year) < 50 ? 2000 : 1900);
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = rest.map(Number);
  const time = new Date(Date.UTC(fullYear, month - 1, day, hour, minute, second));
  // Dates that do not exist roll over; compare what came out with what was written.
  const written = `${String(fullYear).padStart(4, '0')}${rest.join('')}`;
  if (time.toISOString().replace(/\D/g, '').slice(0, 14) !== written) throw unreadable();
  return time.getTime();
}
