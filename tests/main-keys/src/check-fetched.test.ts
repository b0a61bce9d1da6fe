import { describe, expect, it } from 'vitest';
import { checkFetched } from './check-fetched.ts';
import type { Fetched } from './fetched.ts';
import type { Run } from './run.ts';
import type { Snapshot } from './snapshot.ts';
import { Amazon } from './testing/amazon.ts';

const minute = 60_000;
const arn = 'arn:aws:kms:eu-central-1:111122223333:key/11111111-1111-4111-8111-111111111111';
const on: Snapshot = {
  step: 0,
  epoch: 1,
  isFrozen: false,
  isEffective: false,
  head: 'theirs',
  defaultRole: 'idle',
  states: { theirs: 'active' },
  arns: { theirs: arn },
  keks: { one: 'theirs', two: 'ours' },
};
const off: Snapshot = { ...on, isFrozen: true, states: { theirs: 'revoked-by-amazon' } };

/** Somebody asked from one time to another, in steps 1 to 3. */
const given = (from: number, to: number, bytes: string | null = 'the key') =>
  ({
    key: { uri: 'kms://kms.acme.example/keys/1', bytes: 'the key', kek: 'one' },
    node: { name: 'a' },
    from: { step: 1, ms: from },
    to: { step: 3, ms: to },
    bytes,
  }) as Fetched;

/** Amazon refuses the key from a time on, perhaps until another. */
const refusing = (since: number, until?: number): Amazon => {
  let now = since;
  const amazon = new Amazon(() => now);
  amazon.turn(arn, 'unavailable');
  now = until ?? now;
  if (until !== undefined) amazon.turn(arn, 'ok');
  return amazon;
};

const calm = new Amazon(() => 0);
const checked = (fetched: Fetched, snapshots: readonly Snapshot[], amazon = calm) =>
  checkFetched(fetched, { snapshots, world: { amazon } } as unknown as Run);

describe('the check finds', () => {
  it('another key than was made', () => {
    expect(() => checked(given(0, 0, 'another'), [on])).toThrow('another key');
    expect(() => checked(given(0, 0), [on])).not.toThrow();
    expect(() => checked(given(0, 0, null), [off])).not.toThrow();
  });

  it('a key that was given while the main key was off all the time, or after that was said to be effective', () => {
    expect(() => checked(given(0, 0), [off, { ...on, step: 4 }])).toThrow('was off');
    expect(() => checked(given(0, 0), [off, { ...on, step: 2 }])).not.toThrow();
    expect(() => checked(given(0, 0), [on, { ...off, step: 2 }])).not.toThrow();
    expect(() => checked(given(0, 0), [on, { ...off, step: 2, isEffective: true }])).toThrow('effective');
  });

  it('a key that Amazon refused for longer than a KEK is kept in memory, and no other', () => {
    expect(() => checked(given(minute, minute + 1), [on], refusing(0))).toThrow('Amazon');
    expect(() => checked(given(minute - 1, minute + 1), [on], refusing(0))).not.toThrow();
    expect(() => checked(given(minute, minute + 1), [on], refusing(0, minute + 1))).not.toThrow();
    expect(() => checked(given(minute, minute + 1), [on], refusing(0, minute + 2))).toThrow('Amazon');
    for (const keks of [{}, { one: 'ours', two: 'theirs' }]) {
      expect(() => checked(given(minute, minute), [{ ...on, keks }], refusing(0))).not.toThrow();
    }
    expect(() => checked(given(minute, minute), [on, { ...on, step: 2, keks: {} }], refusing(0))).not.toThrow();
  });
});
