import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IdentityUnderTest, identityUnderTest } from '../testing/identity-under-test.ts';
import { forgiveAttempt, reserveAttempt } from './attempts.ts';

let identity: IdentityUnderTest;
beforeAll(async () => {
  identity = await identityUnderTest();
});
afterAll(() => identity.close());

it('lets people who sign in from one address at the same moment wait for nothing', async () => {
  const from = (value: string) =>
    [
      { kind: 'account', value },
      { kind: 'address', value: '192.0.2.1' },
    ] as const;
  // Each reads the clock before it queues for the address, so a later reading may be counted first.
  const [later, earlier] = [new Date(1_800_000_000_900), new Date(1_800_000_000_100)];
  expect(await reserveAttempt(identity.database, from('alice@acme.example'), later)).toBe(0);
  expect(await reserveAttempt(identity.database, from('bob@acme.example'), earlier)).toBe(0);
  await forgiveAttempt(identity.database, from('alice@acme.example'));
  expect(await reserveAttempt(identity.database, from('hanako@acme.example'), earlier)).toBe(0);
});
