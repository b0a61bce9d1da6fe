import { expect, it } from 'vitest';
import { formatDay, formatShort, localDay } from './format-time.ts';

const now = new Date(2026, 10, 21, 9, 30);

it.each([
  ['en', new Date(2026, 10, 21, 0, 0), 'Today'],
  ['en', new Date(2026, 10, 20, 23, 59), 'Yesterday'],
  ['ja', new Date(2026, 10, 21, 0, 0), '今日'],
  ['ja', new Date(2026, 10, 20, 23, 59), '昨日'],
  ['en', new Date(2026, 10, 17), 'Tuesday, November 17'],
  ['ja', new Date(2026, 10, 17), '11月17日火曜日'],
  ['en', new Date(2025, 10, 17), 'Monday, November 17, 2025'],
])('in %s names the day %s %s', (language, date, words) => {
  expect(formatDay(language, date, now)).toBe(words);
});

it('shows the time of today, the weekday of this week, the date of anything older', () => {
  expect(formatShort('ja', new Date(2026, 10, 21, 8, 5), now)).toBe('8:05');
  expect(formatShort('en', new Date(2026, 10, 16), now)).toBe('Mon');
  expect(formatShort('en', new Date(2026, 10, 13), now)).toBe('Nov 13');
  expect(formatShort('en', new Date(2024, 10, 13), now)).toBe('Nov 13, 2024');
});

it('counts days over a change to summer time', () => {
  expect(localDay(new Date(2026, 2, 30)) - localDay(new Date(2026, 2, 28))).toBe(2);
});
