import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emailKey } from './email.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

it.each([
  ['bob@example.com', 'bob@example.com'],
  ['  Bob@Example.COM ', 'bob@example.com'],
  ['ｂｏｂ@example.com', 'bob@example.com'],
  ['ボブ@例え.jp', 'ボブ@例え.jp'],
])('compares %s as %s', (text, key) => expect(emailKey(text)).toBe(key));

it.each([
  '',
  '@',
  'bob',
  'bob@',
  '@example.com',
  'a@b@c',
  'a b@c.d',
  'a@b c',
  `${'x'.repeat(65)}@b.c`,
  'a,b@c.d',
  'a@b\n',
])('takes %j for no address, or for its trimmed self', (text) =>
  expect(emailKey(text)).toBe(text === 'a@b\n' ? 'a@b' : undefined),
);

it('gives the same key for a key', () => {
  const address = fc.oneof(
    fc.emailAddress(),
    fc.tuple(fc.string(), fc.string()).map((parts) => parts.join('@')),
  );
  fc.assert(
    fc.property(address, (text) => {
      const key = emailKey(text);
      if (key !== undefined) expect(emailKey(key)).toBe(key);
    }),
    { numRuns },
  );
});
