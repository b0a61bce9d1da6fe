import { expect, it } from 'vitest';
import { findingsOf } from './findings-of.ts';

const ok = { fault: null, reason: undefined, missing: [] };
const all = ['Encrypt', 'Decrypt', 'DescribeKey'] as const;
const denied = (reason: string, missing: (typeof all)[number][] = []) => ({ fault: 'hsm/key-denied', reason, missing });

it.each([
  [ok, ['ok']],
  [denied('denied', [...all]), ['grant-missing']],
  [{ ...ok, missing: ['Decrypt' as const] }, ['grant-missing']],
  // A key that is off or gone denies everything: the grant is not to blame.
  [denied('disabled', ['Encrypt', 'Decrypt']), ['key-disabled']],
  [denied('pending-deletion', ['Encrypt', 'Decrypt']), ['key-pending-deletion']],
  [denied('pending-import'), ['key-disabled']],
  [denied('not-found', [...all]), ['key-not-found']],
  [denied('wrong-kind'), ['wrong-kind']],
  [{ ...ok, fault: 'hsm/credential-fault' }, ['our-credential']],
  [{ ...ok, fault: 'hsm/no-aws' }, ['our-credential']],
  [{ ...ok, fault: 'hsm/key-unavailable' }, ['amazon-unreachable']],
  [{ ...ok, fault: 'hsm/internal' }, []],
])('finds in %j: %j (R079)', (diagnosis, findings) => {
  expect(findingsOf({ state: 'active' }, diagnosis)).toEqual(findings);
  expect(findingsOf({ state: 'locally-revoked' }, diagnosis)).toEqual([...findings, 'locally-revoked']);
});
