import fc from 'fast-check';
import { expect, it } from 'vitest';
import { networkOf } from '../sign-in/check-password.ts';
import { delayAfter } from './attempt-delay.ts';
import { rateLimit } from './rate-limit.ts';
import { mayDo } from './roles.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

it('waits 1, 2, 4 … seconds past the free failures, a quarter of an hour at most', () => {
  expect([5, 6, 7, 8, 9].map((failures) => delayAfter('account', failures))).toEqual([0, 1, 2, 4, 8]);
  expect([30, 31].map((failures) => delayAfter('address', failures))).toEqual([0, 1]);
  expect(delayAfter('account', 1_000_000)).toBe(900);
});

it('lets through at most burst and refill, whatever the order', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 5 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, (asked) => {
      const limit = rateLimit({ burst: 5, refillMs: 1000 });
      let at = 0;
      let passed = 0;
      for (const [pause, amount] of asked) {
        at += pause;
        try {
          limit('person', amount, new Date(at));
          passed += amount;
        } catch (error) {
          expect(error).toMatchObject({ code: 'identity/too-many' });
        }
        expect(passed).toBeLessThanOrEqual(5 + at / 1000);
      }
    }),
    { numRuns },
  );
});

it("keeps one person's limit from another", () => {
  const limit = rateLimit({ burst: 1, refillMs: 1000 });
  limit('one', 1, new Date(0));
  expect(() => limit('one', 1, new Date(999))).toThrow();
  limit('two', 1, new Date(0));
  limit('one', 1, new Date(1000));
});

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::9', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['', ''],
])('counts %s by its network %s', (address, network) => expect(networkOf(address)).toBe(network));

it('denies what no role lists', () => {
  expect(mayDo(['member'], 'invite')).toBe(false);
  expect(mayDo([], 'change-people')).toBe(false);
  expect(mayDo(['member', 'full-admin'], 'invite')).toBe(true);
});
