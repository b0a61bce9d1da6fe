import { CloisterError } from '@cloister/wire';
import { Draft } from './draft.ts';
import { type Denial, KeyUnusable } from './key-unusable.ts';
import type { MasterKeyEvent } from './master-key-event.ts';
import { headOf, type MasterKey, type OrganisationKeys, turnsOff } from './organisation-keys.ts';
import { RETIRED_MS } from './terms.ts';
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
  const draft = new Draft(keys, now, retireMs);
  work(draft, event);
  return draft.finish();
};

const work = (draft: Draft, event: MasterKeyEvent): void => {
  if (event.type === 'upload') upload(draft, event);
  else if (event.type === 'addArn') addArn(draft, event);
  else if (event.type === 'rotationDone') rotationDone(draft, event);
  else if (event.type === 'reupload') reupload(draft, event);
  else if (event.type === 'undelete') undelete(draft, event);
  else if (event.type === 'byokDisable') byokDisable(draft);
  else if (event.type === 'deleteAll') deleteAll(draft, event);
  else workOn(draft, keyOf(draft, event), event);
};

const workOn = (draft: Draft, key: MasterKey, event: MasterKeyEvent): void => {
  if (event.type === 'activate') activate(draft, key, event.denied);
  else if (event.type === 'retireOver') retireOver(draft, key);
  else if (event.type === 'revoke') revoke(draft, key);
  else if (event.type === 'amazonDenied') amazonDenied(draft, key, event.reason);
  else if (event.type === 'amazonOk') amazonOk(draft, key);
  else if (event.type === 'revokeLocally') revokeLocally(draft, key);
  else if (event.type === 'delete') remove(draft, key);
  else if (event.type === 'purgeOver') purgeOver(draft, key);
  else if (event.type === 'removePending') removePending(draft, key);
};

const refuse = (detail: string): CloisterError => new CloisterError('kms/conflict', { detail });

/** A key of the organisation. A removed one is not there any more, but where the organisation still needs it (R050, R052). */
const keyOf = ({ before }: Draft, { keyId }: { readonly keyId: string }): MasterKey => {
  const key = before.keys.find((each) => each.keyId === keyId);
  if (key === undefined || (key.state === 'removed' && keyId !== before.headKeyId)) {
    throw new CloisterError('kms/not-found', { detail: 'a main key' });
  }
  if (key.state === 'removed') throw new CloisterError('kms/original-key-required');
  return key;
};

const pendingOf = ({ before }: Draft): MasterKey | undefined => before.keys.find(({ state }) => state === 'pending');
const live = ({ before }: Draft): readonly MasterKey[] => before.keys.filter(({ state }) => state !== 'removed');

/** "activate/rotate/upload(now) | head Revoked/Deleted | REACTIVATE_FIRST"; a removed head has to come back first. */
const requireHeadOn = ({ before }: Draft): void => {
  const head = headOf(before);
  if (head?.state === 'removed') throw new CloisterError('kms/original-key-required');
  if (turnsOff(head)) throw new CloisterError('kms/reactivate-first');
};

const upload = (draft: Draft, { keyId, checkValue, activate: now }: EventOf<'upload'>): void => {
  requireRoom(draft, now);
  if (live(draft).some((key) => checkValue !== null && key.checkValue?.equals(checkValue))) {
    throw new CloisterError('kms/invalid-master-key');
  }
  admit(draft, { keyId, source: 'upload', arn: null, checkValue }, now);
};

const addArn = (draft: Draft, { keyId, arn, activate: now }: EventOf<'addArn'>): void => {
  requireRoom(draft, now);
  if (live(draft).some((key) => key.arn === arn)) throw refuse('this key at Amazon is there already');
  admit(draft, { keyId, source: 'aws-kms', arn, checkValue: null }, now);
};

/** "at most one key in this state" (R040); with the head off a key can wait, but not lead (R047). */
const requireRoom = (draft: Draft, activateNow: boolean): void => {
  if (headOf(draft.before)?.state === 'removed') throw new CloisterError('kms/original-key-required');
  if (activateNow) requireHeadOn(draft);
  if (pendingOf(draft) !== undefined) throw new CloisterError('kms/pending-exists');
};

const admit = (draft: Draft, key: Parameters<Draft['add']>[0], activateNow: boolean): void => {
  draft.add(key, activateNow ? 'active' : 'pending');
  if (activateNow) draft.lead(key.keyId, 'activate');
};

const activate = (draft: Draft, key: MasterKey, denied: Denial | null): void => {
  if (key.state === 'deleted') throw refuse('a deleted main key is undeleted first');
  if (key.state === 'pending') requireHeadOn(draft);
  else if (!isRevoked(key)) throw refuse('only a pending or a revoked main key is activated');
  if (denied === null) {
    draft.move(key, 'active', 'activate');
    if (key.state === 'pending') draft.lead(key.keyId, 'activate');
  } else if (key.state === 'locally-revoked') draft.move(key, 'revoked-by-amazon', 'amazon-denied');
  else throw new KeyUnusable(denied);
};

const isRevoked = ({ state }: MasterKey): boolean =>
  state === 'revoked' || state === 'locally-revoked' || state === 'revoked-by-amazon';

/** An uploaded key rests before it is destroyed; one at Amazon "disappears" (R064); the default stays for others. */
const rotationDone = (draft: Draft, { keyId }: EventOf<'rotationDone'>): void => {
  const key = keyId === null ? null : keyOf(draft, { keyId });
  if ((key?.state ?? draft.before.defaultRole) !== 'rotation') throw refuse('the main key is in no rotation');
  if (key === null) draft.rest();
  else draft.move(key, key.source === 'upload' ? 'retired' : 'removed', 'rotation-done');
};

const isOver = (at: Date | null, { now }: Draft): boolean => at !== null && now >= at;

const retireOver = (draft: Draft, key: MasterKey): void => {
  if (!isOver(key.retireAt, draft)) throw refuse('the time of the retired main key is not over');
  draft.move(key, 'removed', 'retire-done');
};

const revoke = (draft: Draft, key: MasterKey): void => {
  if (key.state !== 'active') throw new CloisterError('kms/not-active');
  if (key.source === 'upload') draft.move(key, 'revoked', 'revoke');
  else draft.move(key, 'locally-revoked', 'revoke-locally');
};

const amazonDenied = (draft: Draft, key: MasterKey, reason: string): void => {
  if (key.source !== 'aws-kms') throw refuse('the main key is not at Amazon');
  if (key.state === 'active') draft.move(key, 'revoked-by-amazon', 'amazon-denied');
  if (key.state === 'pending' || key.state === 'rotation') draft.flag(key, reason, 'amazon-denied');
};

/** "Key in LocallyRevoked is never probed into Active" (byok.md §2.2). */
const amazonOk = (draft: Draft, key: MasterKey): void => {
  if (key.state === 'revoked-by-amazon') draft.move(key, 'active', 'amazon-ok');
  if (key.state === 'pending' || key.state === 'rotation') draft.flag(key, null, 'amazon-ok');
};

const revokeLocally = (draft: Draft, key: MasterKey): void => {
  if (key.state !== 'revoked-by-amazon') throw new CloisterError('kms/not-active');
  draft.move(key, 'locally-revoked', 'revoke-locally');
};

const remove = (draft: Draft, key: MasterKey): void => {
  if (key.state === 'deleted') throw refuse('the main key is deleted already');
  if (key.state === 'pending') draft.move(key, 'removed', 'remove');
  else if (isRevoked(key)) draft.move(key, 'deleted', 'delete');
  else throw new CloisterError('kms/revoke-first');
};

/**
 * "the key returns to the state before deletion (Revoked), not Active" (R033). What Amazon had revoked comes back as
 * revoked locally: "re-probed only after Activate" (byok.md §4.2).
 */
const undelete = (draft: Draft, { keyId }: EventOf<'undelete'>): void => {
  const { before } = draft;
  if (keyId === before.headKeyId && headOf(before)?.state === 'removed') throw new CloisterError('kms/key-gone');
  const key = keyOf(draft, { keyId });
  if (key.state !== 'deleted' || key.stateBefore === null) throw refuse('only a deleted main key is undeleted');
  if (isOver(key.purgeAt, draft)) throw new CloisterError('kms/key-gone');
  const back = key.stateBefore === 'revoked-by-amazon' ? 'locally-revoked' : key.stateBefore;
  draft.move(key, back, 'undelete');
};

/** The role stays with the removed key: nothing but the original brings the content back (R050). */
const purgeOver = (draft: Draft, key: MasterKey): void => {
  if (!isOver(key.purgeAt, draft)) throw refuse('the time of the deleted main key is not over');
  draft.move(key, 'removed', 'purge');
};

const reupload = (draft: Draft, { keyId, checkValue, arn }: EventOf<'reupload'>): void => {
  const head = headOf(draft.before);
  if (head?.keyId !== keyId || head.state !== 'removed') throw refuse('the main key was not removed');
  const isOriginal =
    head.source === 'upload' ? checkValue !== null && head.checkValue?.equals(checkValue) : head.arn === arn;
  if (isOriginal !== true) throw new CloisterError('kms/original-key-required');
  draft.restore(head);
};

const byokDisable = (draft: Draft): void => {
  if (turnsOff(headOf(draft.before))) throw new CloisterError('kms/reactivate-first');
  const pending = pendingOf(draft);
  if (pending !== undefined) draft.move(pending, 'removed', 'use-default');
  if (draft.before.headKeyId !== null) draft.lead(null, 'use-default');
};

/** "one that may not be deleted refuses the whole call and changes nothing" (wires.md §12). */
const deleteAll = (draft: Draft, { source }: EventOf<'deleteAll'>): void => {
  for (const key of live(draft)) if (key.source === source && key.state !== 'deleted') remove(draft, key);
};

const removePending = (draft: Draft, key: MasterKey): void => {
  if (key.state !== 'pending') throw refuse('only a pending main key is removed');
  draft.move(key, 'removed', 'remove');
};
