import { CloisterError } from '@cloister/wire';
import { type Denial, KeyUnusable } from './key-unusable.ts';
import type { MasterKeyEvent } from './master-key-event.ts';
import { NextKeys } from './next-keys.ts';
import { headOf, type MasterKey, type OrganisationKeys, turnsOff } from './organisation-keys.ts';
import { RETIRED_MS } from './periods.ts';
import type { Transition } from './transition.ts';

/** What an operator may choose. */
export type DecisionTerms = {
  /** How long a retired key stays in the hsm. */
  readonly retireMs?: number | undefined;
};

type EventOf<T extends MasterKeyEvent['type']> = Extract<MasterKeyEvent, { type: T }>;

/**
 * What an event does to the main keys of an organisation (byok.md §4.2). Decides by what is given alone.
 * @throws CloisterError `kms/…` where the table refuses
 */
export const decide = (
  keys: OrganisationKeys,
  event: MasterKeyEvent,
  now: Date,
  { retireMs = RETIRED_MS }: DecisionTerms = {},
): Transition => {
  const next = new NextKeys(keys, now, retireMs);
  work(next, event);
  return next.finish();
};

const work = (next: NextKeys, event: MasterKeyEvent): void => {
  if (event.type === 'upload') upload(next, event);
  else if (event.type === 'addArn') addArn(next, event);
  else if (event.type === 'rotationDone') rotationDone(next, event);
  else if (event.type === 'reupload') reupload(next, event);
  else if (event.type === 'undelete') undelete(next, event);
  else if (event.type === 'byokDisable') byokDisable(next);
  else if (event.type === 'deleteAll') deleteAll(next, event);
  else workOn(next, keyOf(next, event), event);
};

const workOn = (next: NextKeys, key: MasterKey, event: MasterKeyEvent): void => {
  if (event.type === 'activate') activate(next, key, event.denied);
  else if (event.type === 'retireOver') retireOver(next, key);
  else if (event.type === 'revoke') revoke(next, key);
  else if (event.type === 'amazonDenied') amazonDenied(next, key, event.reason);
  else if (event.type === 'amazonOk') amazonOk(next, key);
  else if (event.type === 'revokeLocally') revokeLocally(next, key);
  else if (event.type === 'delete') remove(next, key);
  else if (event.type === 'purgeOver') purgeOver(next, key);
  else if (event.type === 'removePending') removePending(next, key);
};

const refuse = (detail: string): CloisterError => new CloisterError('kms/conflict', { detail });

/** A key of the organisation. A removed one is not there any more, but where the organisation still needs it (R050, R052). */
const keyOf = ({ before }: NextKeys, { keyId }: { readonly keyId: string }): MasterKey => {
  const key = before.keys.find((each) => each.keyId === keyId);
  if (key === undefined || (key.state === 'removed' && keyId !== before.headKeyId)) {
    throw new CloisterError('kms/not-found', { detail: 'a main key' });
  }
  if (key.state === 'removed') throw new CloisterError('kms/original-key-required');
  return key;
};

const pendingOf = ({ before }: NextKeys): MasterKey | undefined => before.keys.find(({ state }) => state === 'pending');
const live = ({ before }: NextKeys): readonly MasterKey[] => before.keys.filter(({ state }) => state !== 'removed');

/** "activate/rotate/upload(now) | head Revoked/Deleted | REACTIVATE_FIRST"; a removed head has to come back first. */
const requireHeadOn = ({ before }: NextKeys): void => {
  const head = headOf(before);
  if (head?.state === 'removed') throw new CloisterError('kms/original-key-required');
  if (turnsOff(head)) throw new CloisterError('kms/reactivate-first');
};

const upload = (next: NextKeys, { keyId, checkValue, activate: now }: EventOf<'upload'>): void => {
  requireRoom(next, now);
  if (live(next).some((key) => checkValue !== null && key.checkValue?.equals(checkValue))) {
    throw new CloisterError('kms/invalid-master-key');
  }
  admit(next, { keyId, source: 'upload', arn: null, checkValue }, now);
};

const addArn = (next: NextKeys, { keyId, arn, activate: now }: EventOf<'addArn'>): void => {
  requireRoom(next, now);
  if (live(next).some((key) => key.arn === arn)) throw refuse('this key at Amazon is there already');
  admit(next, { keyId, source: 'aws-kms', arn, checkValue: null }, now);
};

/** "at most one key in this state" (R040); with the head off a key can wait, but not lead (R047). */
const requireRoom = (next: NextKeys, activateNow: boolean): void => {
  if (headOf(next.before)?.state === 'removed') throw new CloisterError('kms/original-key-required');
  if (activateNow) requireHeadOn(next);
  if (pendingOf(next) !== undefined) throw new CloisterError('kms/pending-exists');
};

const admit = (next: NextKeys, key: Parameters<NextKeys['add']>[0], activateNow: boolean): void => {
  next.add(key, activateNow ? 'active' : 'pending');
  if (activateNow) next.lead(key.keyId, 'activate');
};

const activate = (next: NextKeys, key: MasterKey, denied: Denial | null): void => {
  if (key.state === 'deleted') throw refuse('a deleted main key is undeleted first');
  if (key.state === 'pending') requireHeadOn(next);
  else if (!isRevoked(key)) throw refuse('only a pending or a revoked main key is activated');
  if (denied === null) {
    next.move(key, 'active', 'activate');
    if (key.state === 'pending') next.lead(key.keyId, 'activate');
  } else if (key.state === 'locally-revoked') next.move(key, 'revoked-by-amazon', 'amazon-denied');
  else throw new KeyUnusable(denied);
};

const isRevoked = ({ state }: MasterKey): boolean =>
  state === 'revoked' || state === 'locally-revoked' || state === 'revoked-by-amazon';

/** An uploaded key rests before it is destroyed; one at Amazon "disappears" (R064); the default stays for others. */
const rotationDone = (next: NextKeys, { keyId }: EventOf<'rotationDone'>): void => {
  const key = keyId === null ? null : keyOf(next, { keyId });
  if ((key?.state ?? next.before.defaultRole) !== 'rotation') throw refuse('the main key is in no rotation');
  if (key === null) next.rest();
  else next.move(key, key.source === 'upload' ? 'retired' : 'removed', 'rotation-done');
};

const isOver = (at: Date | null, { now }: NextKeys): boolean => at !== null && now >= at;

const retireOver = (next: NextKeys, key: MasterKey): void => {
  if (!isOver(key.retireAt, next)) throw refuse('the time of the retired main key is not over');
  next.move(key, 'removed', 'retire-done');
};

const revoke = (next: NextKeys, key: MasterKey): void => {
  if (key.state !== 'active') throw new CloisterError('kms/not-active');
  if (key.source === 'upload') next.move(key, 'revoked', 'revoke');
  else next.move(key, 'locally-revoked', 'revoke-locally');
};

const amazonDenied = (next: NextKeys, key: MasterKey, reason: string): void => {
  if (key.source !== 'aws-kms') throw refuse('the main key is not at Amazon');
  if (key.state === 'active') next.move(key, 'revoked-by-amazon', 'amazon-denied');
  if (key.state === 'pending' || key.state === 'rotation') next.flag(key, reason, 'amazon-denied');
};

/** "Key in LocallyRevoked is never probed into Active" (byok.md §2.2). */
const amazonOk = (next: NextKeys, key: MasterKey): void => {
  if (key.state === 'revoked-by-amazon') next.move(key, 'active', 'amazon-ok');
  if (key.state === 'pending' || key.state === 'rotation') next.flag(key, null, 'amazon-ok');
};

const revokeLocally = (next: NextKeys, key: MasterKey): void => {
  if (key.state !== 'revoked-by-amazon') throw new CloisterError('kms/not-active');
  next.move(key, 'locally-revoked', 'revoke-locally');
};

const remove = (next: NextKeys, key: MasterKey): void => {
  if (key.state === 'deleted') throw refuse('the main key is deleted already');
  if (key.state === 'pending') next.move(key, 'removed', 'remove');
  else if (isRevoked(key)) next.move(key, 'deleted', 'delete');
  else throw new CloisterError('kms/revoke-first');
};

/**
 * "the key returns to the state before deletion (Revoked), not Active" (R033). What Amazon had revoked comes back as
 * revoked locally: "re-probed only after Activate" (byok.md §4.2).
 */
const undelete = (next: NextKeys, { keyId }: EventOf<'undelete'>): void => {
  const { before } = next;
  if (keyId === before.headKeyId && headOf(before)?.state === 'removed') throw new CloisterError('kms/key-gone');
  const key = keyOf(next, { keyId });
  if (key.state !== 'deleted' || key.stateBefore === null) throw refuse('only a deleted main key is undeleted');
  if (isOver(key.purgeAt, next)) throw new CloisterError('kms/key-gone');
  const back = key.stateBefore === 'revoked-by-amazon' ? 'locally-revoked' : key.stateBefore;
  next.move(key, back, 'undelete');
};

/** The role stays with the removed key: nothing but the original brings the content back (R050). */
const purgeOver = (next: NextKeys, key: MasterKey): void => {
  if (!isOver(key.purgeAt, next)) throw refuse('the time of the deleted main key is not over');
  next.move(key, 'removed', 'purge');
};

const reupload = (next: NextKeys, { keyId, checkValue, arn }: EventOf<'reupload'>): void => {
  const head = headOf(next.before);
  if (head?.keyId !== keyId || head.state !== 'removed') throw refuse('the main key was not removed');
  const isOriginal =
    head.source === 'upload' ? checkValue !== null && head.checkValue?.equals(checkValue) : head.arn === arn;
  if (isOriginal !== true) throw new CloisterError('kms/original-key-required');
  next.restore(head);
};

const byokDisable = (next: NextKeys): void => {
  if (turnsOff(headOf(next.before))) throw new CloisterError('kms/reactivate-first');
  const pending = pendingOf(next);
  if (pending !== undefined) next.move(pending, 'removed', 'use-default');
  if (next.before.headKeyId !== null) next.lead(null, 'use-default');
};

/** "one that may not be deleted refuses the whole call and changes nothing" (wires.md §12). */
const deleteAll = (next: NextKeys, { source }: EventOf<'deleteAll'>): void => {
  for (const key of live(next)) if (key.source === source && key.state !== 'deleted') remove(next, key);
};

const removePending = (next: NextKeys, key: MasterKey): void => {
  if (key.state !== 'pending') throw refuse('only a pending main key is removed');
  next.move(key, 'removed', 'remove');
};
