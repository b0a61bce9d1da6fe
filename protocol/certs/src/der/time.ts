import { unreadable } from '../refused.ts';
import { type Der, TAG } from './der.ts';

const FORM = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;
const FIRST_GENERALIZED_YEAR = 2050;

/**
 * Milliseconds since 1970. RFC 5280 §4.1.2.5: UTCTime "through the year 2049", GeneralizedTime "in 2050 or later"; Zulu,
 * with seconds, without fractions.
 */
export function readTime({ tag, content }: Der): number {
  const parts = FORM.exec(String.fromCharCode(...content.subarray(0, 16)));
  const digits = tag === TAG.utcTime ? 2 : tag === TAG.generalizedTime ? 4 : 0;
  const [, year = '', ...rest] = parts ?? [];
  if (parts === null || year.length !== digits) throw unreadable();
  const fullYear = digits === 4 ? Number(year) : Number(year) + (Number(year) < 50 ? 2000 : 1900);
  if (digits === 4 && fullYear < FIRST_GENERALIZED_YEAR) throw unreadable();
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = rest.map(Number);
  const time = new Date(Date.UTC(fullYear, month - 1, day, hour, minute, second));
  // Dates that do not exist roll over; compare what came out with what was written.
  const written = `${fullYear}${rest.join('')}`;
  if (time.toISOString().replace(/\D/g, '').slice(0, 14) !== written) throw unreadable();
  return time.getTime();
}
