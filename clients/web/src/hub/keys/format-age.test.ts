import { expect, it } from 'vitest';
import { formatAge } from './format-age.ts';

const now = new Date(2026, 10, 21, 9, 30);

it.each([
  ['en', new Date(2026, 10, 21, 0, 5), 'today'],
  ['en', new Date(2026, 10, 9, 23, 0), '12 days ago'],
  ['ja', new Date(2026, 10, 20, 23, 0), '昨日'],
  ['ja', new Date(2025, 10, 21), '365 日前'],
])('in %s says of %s %s (R034)', (language, since, words) => {
  expect(formatAge(language, since, now)).toBe(words);
});

it('takes a clock that is ahead for today', () => {
  expect(formatAge('en', new Date(2026, 10, 22), now)).toBe('today');
});
