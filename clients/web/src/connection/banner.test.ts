import { expect, it } from 'vitest';
import { type Banner, nextBanner } from './banner.ts';

const through = (...states: Parameters<typeof nextBanner>[1][]): Banner[] => {
  const seen: Banner[] = [];
  for (const state of states) seen.push(nextBanner(seen.at(-1) ?? 'none', state));
  return seen;
};

it('says nothing while a page connects for the first time', () => {
  expect(through('connecting', 'online')).toEqual(['none', 'none']);
});

it('tells of a gap and of its end, once', () => {
  expect(through('online', 'offline', 'connecting', 'online', 'online')).toEqual([
    'none',
    'offline',
    'reconnecting',
    'caught-up',
    'caught-up',
  ]);
});

it('tells when the first connection fails', () => {
  expect(through('connecting', 'offline')).toEqual(['none', 'offline']);
});
