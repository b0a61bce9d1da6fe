import { expect, it } from 'vitest';
import { Waiters } from './waiters.ts';

const never = new AbortController().signal;

it('wakes everybody who waits for a thing, and nobody else', async () => {
  const waiters = new Waiters<string>();
  const [first, second, other] = ['a', 'a', 'b'].map((key) => waiters.change(key, never));
  waiters.wake('a');
  await Promise.all([first?.happened, second?.happened]);
  expect([waiters.has('a'), waiters.has('b')]).toEqual([false, true]);
  other?.forget();
  expect(waiters.has('b')).toBe(false);
});

it('ends with its signal, also one that ended before', async () => {
  const waiters = new Waiters<string>();
  const ended = new AbortController();
  const change = waiters.change('a', ended.signal);
  ended.abort();
  await change.happened;
  await waiters.change('a', ended.signal).happened;
  expect(waiters.has('a')).toBe(false);
});
