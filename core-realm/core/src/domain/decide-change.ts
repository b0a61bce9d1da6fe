import {
  CloisterError,
  hostOf,
  type KeyUri,
  type OperationKind,
  type OrganisationId,
  type UserId,
} from '@cloister/wire';
import type { RoomView } from './room.ts';

/** A change of people or keys, as asked. */
export interface AskedChange {
  readonly kind: Exclude<OperationKind, 'create'>;
  /** For `add` and `remove`. */
  readonly subject?: UserId;
  /** For `updateKey` and `addKey`. */
  readonly keyUri?: KeyUri;
}

/** What the status feed says of a person. */
export type KnownPerson = { readonly organisationId: OrganisationId; readonly active: boolean } | undefined;

/**
 * Whether the core's half of a change may go on. The key server decides its own half.
 * @throws CloisterError with a sentence that says why not
 */
export const decideChange = (view: RoomView, change: AskedChange, subject: KnownPerson): void => {
  if (view.membership.suspendedAt !== null) {
    throw new CloisterError('core/conflict', { detail: 'Your removal from this room is being decided.' });
  }
  if (change.subject !== undefined) decidePeople(view, change.kind, change.subject, subject);
  if (change.keyUri !== undefined) decideKey(view, change.keyUri);
};

const decidePeople = (view: RoomView, kind: AskedChange['kind'], id: UserId, person: KnownPerson): void => {
  if (view.room.pairLow !== null) {
    throw new CloisterError('core/forbidden', { detail: 'A conversation of two people keeps its two people.' });
  }
  if (view.pending.some((pending) => pending.subjects.includes(id))) {
    throw new CloisterError('core/conflict', { detail: 'Another change of this person is being decided.' });
  }
  const isMember = view.members.some((member) => member.userId === id);
  if (kind === 'remove' && !isMember)
    throw new CloisterError('core/conflict', { detail: 'This person is not in the room.' });
  if (kind !== 'add') return;
  decideAddable(person, view.room.organisationId);
  if (isMember) throw new CloisterError('core/conflict', { detail: 'This person is already in the room.' });
};

/** @throws CloisterError for a person who cannot be a member of a room of this organisation */
export const decideAddable = (person: KnownPerson, organisationId: OrganisationId): void => {
  if (person?.active !== true) throw new CloisterError('core/not-found', { detail: 'There is no such person.' });
  if (person.organisationId !== organisationId) {
    throw new CloisterError('core/other-organisation', {
      detail: 'This person belongs to another organisation, and people of other organisations cannot be added yet.',
    });
  }
};

const decideKey = (view: RoomView, keyUri: KeyUri): void => {
  // Keys bind to the room's resource, which lives at the key server in its address.
  if (hostOf(keyUri) !== view.room.kmsHost) throw new CloisterError('core/key-unknown');
  const known = view.keys.find((key) => key.uri === keyUri);
  if (known?.stale === true) throw new CloisterError('core/key-stale');
};
