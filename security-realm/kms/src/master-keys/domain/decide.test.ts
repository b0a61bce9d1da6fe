import type { ErrorCode, MasterKeyState } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { keyIn, organisationWith } from '../testing/keys-of.ts';
import { decide } from './decide.ts';
import type { MasterKeyEvent } from './master-key-event.ts';
import type { MasterKey, MasterKeySource, OrganisationKeys } from './organisation-keys.ts';

const now = new Date('2026-01-15T12:00:00.000Z');
const DAY = 24 * 3600_000;

const states = ({ keys }: OrganisationKeys) => Object.fromEntries(keys.map(({ keyId, state }) => [keyId, state]));
const upload = (activate: boolean, keyId = 'new'): MasterKeyEvent => {
  const { checkValue } = keyIn(keyId, 'pending');
  return { type: 'upload', keyId, checkValue, activate };
};
const addArn = (activate: boolean, keyId = 'new'): MasterKeyEvent => {
  return { type: 'addArn', keyId, arn: `arn:${keyId}`, activate };
};
const activate = (keyId: string, reason?: string): MasterKeyEvent => {
  return { type: 'activate', keyId, denied: reason === undefined ? null : { reason, missing: ['Decrypt'] } };
};
const on = (type: 'revoke' | 'delete' | 'undelete' | 'purgeOver' | 'retireOver' | 'revokeLocally' | 'amazonOk') => {
  return (keyId: string): MasterKeyEvent => ({ type, keyId });
};
const denied = (keyId: string): MasterKeyEvent => ({ type: 'amazonDenied', keyId, reason: 'disabled' });
const done = (keyId: string | null): MasterKeyEvent => ({ type: 'rotationDone', keyId });
const active = keyIn('old', 'active');
const pending = keyIn('new', 'pending');
const aws = (keyId: string, state: MasterKeyState, change: Partial<MasterKey> = {}) =>
  keyIn(keyId, state, 'aws-kms', change);

type Row = {
  readonly says: string;
  readonly keys?: readonly MasterKey[];
  readonly event: MasterKeyEvent;
  /** The states afterwards, and who holds the role (null is the default). */
  readonly to: Readonly<Record<string, MasterKeyState>>;
  readonly head: string | null;
  readonly frozen?: boolean;
  readonly role?: OrganisationKeys['defaultRole'];
  readonly dispose?: readonly string[];
};

/** The rows of byok.md §4.2 that lead somewhere. */
const rows: readonly Row[] = [
  { says: 'a key for later waits (R025, R040)', event: upload(false), to: { new: 'pending' }, head: null },
  { says: 'an ARN for later waits (R072)', event: addArn(false), to: { new: 'pending' }, head: null },
  {
    says: 'the first key activated takes the role from the default one (R023, R024)',
    event: upload(true),
    to: { new: 'active' },
    head: 'new',
    role: 'rotation',
  },
  {
    says: 'a key activated at once sends the one before into rotation (R024, R026)',
    keys: [active],
    event: upload(true),
    to: { old: 'rotation', new: 'active' },
    head: 'new',
  },
  {
    says: 'an ARN activated at once does the same (R072, R073)',
    keys: [aws('old', 'active')],
    event: addArn(true),
    to: { old: 'rotation', new: 'active' },
    head: 'new',
  },
  {
    says: 'a pending key is activated later, with the same result (R041, R073)',
    keys: [active, pending],
    event: activate('new'),
    to: { old: 'rotation', new: 'active' },
    head: 'new',
  },
  {
    says: 'several keys can be in rotation (R043)',
    keys: [keyIn('older', 'rotation'), active],
    event: upload(true),
    to: { older: 'rotation', old: 'rotation', new: 'active' },
    head: 'new',
  },
  {
    says: 'a key of the other kind is activated by the same rules',
    keys: [active],
    event: addArn(true),
    to: { old: 'rotation', new: 'active' },
    head: 'new',
  },
  {
    says: 'with the head revoked a key may still wait (R047)',
    keys: [keyIn('old', 'revoked')],
    event: upload(false),
    to: { old: 'revoked', new: 'pending' },
    head: 'old',
    frozen: true,
  },
  {
    says: 'what is rotated retires (R027, R044)',
    keys: [keyIn('old', 'rotation'), keyIn('new', 'active')],
    event: done('old'),
    to: { old: 'retired', new: 'active' },
    head: 'new',
  },
  {
    says: 'what is rotated at Amazon disappears (R064, R074)',
    keys: [aws('old', 'rotation'), keyIn('new', 'active')],
    event: done('old'),
    to: { old: 'removed', new: 'active' },
    head: 'new',
  },
  {
    says: 'a retired key is removed from the hsm when its time is over (R044)',
    keys: [keyIn('old', 'retired'), keyIn('new', 'active')],
    event: on('retireOver')('old'),
    to: { old: 'removed', new: 'active' },
    head: 'new',
    dispose: ['old'],
  },
  {
    says: 'revoking freezes the organisation (R028, R045)',
    keys: [active],
    event: on('revoke')('old'),
    to: { old: 'revoked' },
    head: 'old',
    frozen: true,
  },
  {
    says: 'revoking freezes it with keys in rotation too (§4.3)',
    keys: [keyIn('older', 'rotation'), active],
    event: on('revoke')('old'),
    to: { older: 'rotation', old: 'revoked' },
    head: 'old',
    frozen: true,
  },
  {
    says: 'a key at Amazon is revoked locally (R075)',
    keys: [aws('old', 'active')],
    event: on('revoke')('old'),
    to: { old: 'locally-revoked' },
    head: 'old',
    frozen: true,
  },
  {
    says: 'a revoked key is activated again (R030, R048)',
    keys: [keyIn('older', 'rotation'), keyIn('old', 'revoked')],
    event: activate('old'),
    to: { older: 'rotation', old: 'active' },
    head: 'old',
  },
  {
    says: 'a locally revoked key that Amazon lets us use is activated again',
    keys: [aws('old', 'locally-revoked')],
    event: activate('old'),
    to: { old: 'active' },
    head: 'old',
  },
  {
    says: 'a locally revoked key that Amazon refuses is then revoked by Amazon',
    keys: [aws('old', 'locally-revoked')],
    event: activate('old', 'disabled'),
    to: { old: 'revoked-by-amazon' },
    head: 'old',
    frozen: true,
  },
  {
    says: 'what Amazon refuses is revoked by Amazon (R076)',
    keys: [aws('old', 'active')],
    event: denied('old'),
    to: { old: 'revoked-by-amazon' },
    head: 'old',
    frozen: true,
  },
  {
    says: 'what Amazon allows again is active again',
    keys: [aws('old', 'revoked-by-amazon')],
    event: on('amazonOk')('old'),
    to: { old: 'active' },
    head: 'old',
  },
  {
    says: 'a locally revoked key is never made active by Amazon',
    keys: [aws('old', 'locally-revoked')],
    event: on('amazonOk')('old'),
    to: { old: 'locally-revoked' },
    head: 'old',
    frozen: true,
  },
  {
    says: 'revoking locally what Amazon revoked keeps it from coming back by itself',
    keys: [aws('old', 'revoked-by-amazon')],
    event: on('revokeLocally')('old'),
    to: { old: 'locally-revoked' },
    head: 'old',
    frozen: true,
  },
  ...(['revoked', 'locally-revoked', 'revoked-by-amazon'] as const).map((state) => ({
    says: `a key that is ${state} is deleted and stays off (R031, R049, R077)`,
    keys: [keyIn('old', state, state === 'revoked' ? 'upload' : 'aws-kms')],
    event: on('delete')('old'),
    to: { old: 'deleted' as const },
    head: 'old',
    frozen: true,
  })),
  {
    says: 'a pending key is removed at once',
    keys: [active, pending],
    event: on('delete')('new'),
    to: { old: 'active', new: 'removed' },
    head: 'old',
    dispose: ['new'],
  },
  {
    says: 'a pending key at Amazon is forgotten, and nothing is destroyed (R064)',
    keys: [active, aws('new', 'pending')],
    event: { type: 'removePending', keyId: 'new' },
    to: { old: 'active', new: 'removed' },
    head: 'old',
  },
  {
    says: 'a deleted key is undeleted to revoked, not to active (R033)',
    keys: [keyIn('old', 'deleted')],
    event: on('undelete')('old'),
    to: { old: 'revoked' },
    head: 'old',
    frozen: true,
  },
  {
    says: 'a deleted key at Amazon comes back revoked, and is tried only when activated (R077)',
    keys: [aws('old', 'deleted', { stateBefore: 'revoked-by-amazon' })],
    event: on('undelete')('old'),
    to: { old: 'locally-revoked' },
    head: 'old',
    frozen: true,
  },
  {
    says: 'a deleted key whose time is over is destroyed, and the organisation stays off (R049, R050)',
    keys: [keyIn('old', 'deleted', 'upload', { purgeAt: now })],
    event: on('purgeOver')('old'),
    to: { old: 'removed' },
    head: 'old',
    frozen: true,
    dispose: ['old'],
  },
  {
    says: 'the original brings a removed key back under its old id, revoked (R050)',
    keys: [keyIn('old', 'removed')],
    event: { type: 'reupload', keyId: 'old', checkValue: keyIn('old', 'removed').checkValue, arn: null },
    to: { old: 'revoked' },
    head: 'old',
    frozen: true,
  },
  {
    says: 'a removed key at Amazon comes back by its ARN (R050)',
    keys: [aws('old', 'removed')],
    event: { type: 'reupload', keyId: 'old', checkValue: null, arn: 'arn:old' },
    to: { old: 'locally-revoked' },
    head: 'old',
    frozen: true,
  },
  {
    says: 'switched off, the default key leads again and pending ones go (R016)',
    keys: [active, pending],
    event: { type: 'byokDisable' },
    to: { old: 'rotation', new: 'removed' },
    head: null,
    role: 'active',
    dispose: ['new'],
  },
  {
    says: 'deleting all removes the pending and deletes the revoked (§12)',
    keys: [keyIn('old', 'revoked'), pending],
    event: { type: 'deleteAll', source: 'upload' },
    to: { old: 'deleted', new: 'removed' },
    head: 'old',
    frozen: true,
    dispose: ['new'],
  },
  {
    says: 'deleting all of one source leaves the other alone (§12)',
    keys: [active, aws('new', 'pending')],
    event: { type: 'deleteAll', source: 'aws-kms' },
    to: { old: 'active', new: 'removed' },
    head: 'old',
  },
];

/** The holder of the role, though removed. */
const withHead = (keys: readonly MasterKey[]) =>
  organisationWith(keys, keys.some(({ keyId, state }) => keyId === 'old' && state === 'removed') ? 'old' : undefined);

describe('byok.md §4.2', () => {
  it.each(rows)('$says', ({ keys = [], event, to, head, frozen = false, role, dispose = [] }) => {
    const before = withHead(keys);
    const { keys: after, dispose: disposed, newGeneration } = decide(before, event, now);
    expect(states(after)).toEqual(to);
    expect(after.headKeyId).toBe(head);
    expect(after.isFrozen).toBe(frozen);
    expect(after.epoch - before.epoch).toBe(frozen === before.isFrozen ? 0 : 1);
    expect(after.frozenAt).toEqual(frozen ? (before.frozenAt ?? now) : null);
    expect(after.defaultRole).toBe(role ?? before.defaultRole);
    expect(newGeneration).toBe(before.headKeyId !== head);
    expect(disposed).toEqual(dispose);
  });

  const refusals: readonly (readonly [string, ErrorCode, readonly MasterKey[], MasterKeyEvent])[] = [
    ['a second pending key (R040)', 'kms/pending-exists', [active, keyIn('waits', 'pending')], upload(false)],
    ['a key while one waits, active at once or not', 'kms/pending-exists', [keyIn('waits', 'pending')], upload(true)],
    ['an ARN while a key waits', 'kms/pending-exists', [keyIn('waits', 'pending')], addArn(false)],
    ['a duplicate of a live key, as any bad upload', 'kms/invalid-master-key', [active], upload(false, 'old')],
    ['a duplicate of a retired key', 'kms/invalid-master-key', [keyIn('new', 'retired')], upload(false)],
    ['an ARN that is there', 'kms/conflict', [aws('new', 'active')], addArn(false)],
    ['a new key at once while revoked (R047)', 'kms/reactivate-first', [keyIn('old', 'revoked')], upload(true)],
    ['a new key at once while deleted', 'kms/reactivate-first', [keyIn('old', 'deleted')], upload(true)],
    ['an ARN at once while revoked', 'kms/reactivate-first', [aws('old', 'locally-revoked')], addArn(true)],
    ['a pending key while revoked (R047)', 'kms/reactivate-first', [keyIn('old', 'revoked'), pending], activate('new')],
    [
      'a pending key once the head is removed',
      'kms/original-key-required',
      [keyIn('old', 'removed'), pending],
      activate('new'),
    ],
    [
      'another key once the head is removed (R050)',
      'kms/original-key-required',
      [keyIn('old', 'removed')],
      upload(false),
    ],
    ['another ARN once the head is removed (R050)', 'kms/original-key-required', [aws('old', 'removed')], addArn(true)],
    [
      'activating the removed head without its bytes',
      'kms/original-key-required',
      [keyIn('old', 'removed')],
      activate('old'),
    ],
    [
      'another value in place of the original (R050)',
      'kms/original-key-required',
      [keyIn('old', 'removed')],
      { type: 'reupload', keyId: 'old', checkValue: Buffer.alloc(16, 1), arn: null },
    ],
    [
      'another ARN in place of the original (R050)',
      'kms/original-key-required',
      [aws('old', 'removed')],
      { type: 'reupload', keyId: 'old', checkValue: null, arn: 'arn:other' },
    ],
    ['activating a key at Amazon that refuses', 'kms/key-unusable', [aws('new', 'pending')], activate('new', 'denied')],
    [
      'activating what Amazon still refuses',
      'kms/key-unusable',
      [aws('old', 'revoked-by-amazon')],
      activate('old', 'disabled'),
    ],
    ['activating a deleted key', 'kms/conflict', [keyIn('old', 'deleted')], activate('old')],
    ['activating what is active', 'kms/conflict', [active], activate('old')],
    ['activating a key in rotation', 'kms/conflict', [keyIn('old', 'rotation')], activate('old')],
    ['activating a retired key', 'kms/conflict', [keyIn('old', 'retired')], activate('old')],
    ...(['pending', 'rotation', 'retired'] as const).map(
      (state) =>
        [`revoking a key that is ${state}`, 'kms/not-active', [keyIn('old', state)], on('revoke')('old')] as const,
    ),
    ['revoking twice', 'kms/not-active', [keyIn('old', 'revoked')], on('revoke')('old')],
    ...(['active', 'rotation', 'retired'] as const).map(
      (state) =>
        [
          `deleting a key that is ${state} (R031)`,
          'kms/revoke-first',
          [keyIn('old', state)],
          on('delete')('old'),
        ] as const,
    ),
    ['deleting twice', 'kms/conflict', [keyIn('old', 'deleted')], on('delete')('old')],
    ['undeleting what is not deleted', 'kms/conflict', [keyIn('old', 'revoked')], on('undelete')('old')],
    ['undeleting what was destroyed (R032)', 'kms/key-gone', [keyIn('old', 'removed')], on('undelete')('old')],
    ['destroying too early', 'kms/conflict', [keyIn('old', 'deleted')], on('purgeOver')('old')],
    [
      'removing a retired key too early',
      'kms/conflict',
      [keyIn('old', 'retired', 'upload', { retireAt: new Date(now.getTime() + 1) })],
      on('retireOver')('old'),
    ],
    ['ending a rotation that is none', 'kms/conflict', [active], done('old')],
    ['ending the rotation of a default key that leads', 'kms/conflict', [], done(null)],
    ['a default key while revoked', 'kms/reactivate-first', [keyIn('old', 'revoked')], { type: 'byokDisable' }],
    ['a default key while deleted', 'kms/reactivate-first', [keyIn('old', 'deleted')], { type: 'byokDisable' }],
    ['a default key while removed', 'kms/reactivate-first', [keyIn('old', 'removed')], { type: 'byokDisable' }],
    [
      'revoking locally what is active at Amazon by that name',
      'kms/not-active',
      [aws('old', 'active')],
      on('revokeLocally')('old'),
    ],
    ['removing as pending what is not', 'kms/conflict', [active], { type: 'removePending', keyId: 'old' }],
    [
      'deleting all while one is active (§12)',
      'kms/revoke-first',
      [active, pending],
      { type: 'deleteAll', source: 'upload' },
    ],
    [
      'deleting all while one rotates (§12)',
      'kms/revoke-first',
      [keyIn('old', 'rotation'), pending],
      { type: 'deleteAll', source: 'upload' },
    ],
    ['a word of Amazon about an uploaded key', 'kms/conflict', [active], denied('old')],
    ['a key that nobody knows', 'kms/not-found', [active], activate('elsewhere')],
    [
      'a removed key that nobody needs any more (R052)',
      'kms/not-found',
      [active, keyIn('gone', 'removed')],
      activate('gone'),
    ],
  ];
  it.each(refusals)('refuses %s: %s', (_, code, keys, event) => {
    expect(() => decide(withHead(keys), event, now)).toThrow(expect.objectContaining({ code }));
  });

  it.each(['pending', 'rotation'] as const)(
    'notes that Amazon refuses a key that is %s, and that it no longer does',
    (state) => {
      const before = organisationWith([keyIn('head', 'active'), aws('old', state)]);
      const refused = decide(before, denied('old'), now).keys;
      expect(refused.keys[1]).toEqual({ ...before.keys[1], unusable: 'disabled' });
      expect(decide(refused, denied('old'), now).steps).toEqual([]);
      expect(decide(refused, on('amazonOk')('old'), now).keys.keys[1]?.unusable).toBeNull();
      if (state === 'pending') expect(decide(refused, activate('old'), now).keys.keys[1]?.unusable).toBeNull();
    },
  );

  it('restores within 30 days to the moment, and not at their end (R032)', () => {
    const deleted = decide(organisationWith([keyIn('old', 'revoked')]), on('delete')('old'), now).keys;
    const at = (ms: number) => new Date(now.getTime() + ms);
    expect(deleted.keys[0]?.purgeAt).toEqual(at(30 * DAY));
    expect(states(decide(deleted, on('undelete')('old'), at(30 * DAY - 1)).keys)).toEqual({ old: 'revoked' });
    expect(() => decide(deleted, on('undelete')('old'), at(30 * DAY))).toThrow(
      expect.objectContaining({ code: 'kms/key-gone' }),
    );
    expect(() => decide(deleted, on('purgeOver')('old'), at(30 * DAY - 1))).toThrow();
    expect(states(decide(deleted, on('purgeOver')('old'), at(30 * DAY)).keys)).toEqual({ old: 'removed' });
  });

  it('lets the default key rest when nothing is under it any more', () => {
    const rotating = decide(organisationWith([]), upload(true), now).keys;
    const { keys, steps } = decide(rotating, done(null), now);
    expect(keys).toMatchObject({ defaultRole: 'idle', defaultRotationStartedAt: null, defaultRotationTotal: null });
    expect(steps).toEqual([{ keyId: null, from: 'rotation', to: null, act: 'rotation-done' }]);
  });

  it('says each step once, for the history', () => {
    expect(decide(organisationWith([active, pending]), activate('new'), now).steps).toEqual([
      { keyId: 'new', from: 'pending', to: 'active', act: 'activate' },
      { keyId: 'old', from: 'active', to: 'rotation', act: 'activate' },
    ]);
    expect(decide(organisationWith([]), upload(true), now).steps).toEqual([
      { keyId: 'new', from: null, to: 'active', act: 'upload' },
      { keyId: null, from: 'active', to: 'rotation', act: 'activate' },
    ]);
  });

  it.each(['upload', 'aws-kms'] as const)(
    'forgets what it need not know of a removed key (%s)',
    (source: MasterKeySource) => {
      const gone = decide(
        organisationWith([active, keyIn('new', 'pending', source)]),
        { type: 'removePending', keyId: 'new' },
        now,
      );
      expect(gone.keys.keys[1]?.arn).toBeNull();
      const head = keyIn('old', 'deleted', source, { purgeAt: now });
      expect(decide(organisationWith([head]), on('purgeOver')('old'), now).keys.keys[0]?.arn).toBe(head.arn);
    },
  );

  it('keeps the age of a key through a revocation, so that the yearly reminder is right (R034)', () => {
    const revoked = decide(organisationWith([active]), on('revoke')('old'), now).keys;
    expect(decide(revoked, activate('old'), now).keys.keys[0]?.activatedAt).toEqual(active.activatedAt);
  });

  it('changes nothing when the default key leads anyway', () => {
    const { keys, steps } = decide(organisationWith([]), { type: 'byokDisable' }, now);
    expect([keys.version, steps]).toEqual([7, []]);
  });
});
