import { expect, it } from 'vitest';
import { memo } from './memo.ts';

it('computes once for a key, remembers no long key, and never grows past its bound', () => {
  const computed: string[] = [];
  const twice = memo((key) => {
    computed.push(key);
    return key + key;
  });
  expect([twice('a'), twice('a')]).toEqual(['aa', 'aa']);
  expect(computed).toEqual(['a']);
  const long = 'x'.repeat(513);
  twice(long);
  twice(long);
  expect(computed).toEqual(['a', long, long]);
  for (let i = 0; i < 600; i += 1) twice(`key ${i}`);
  twice('a');
  expect(computed.filter((key) => key === 'a')).toHaveLength(2);
});

it('remembers no failure', () => {
  let calls = 0;
  const fails = memo(() => {
    calls += 1;
    throw new TypeError('no');
  });
  expect(() => fails('a')).toThrow();
  expect(() => fails('a')).toThrow();
  expect(calls).toBe(2);
});
