import {
  CloisterError,
  hostOf,
  type KeyUri,
  type OperationKind,
  type OrganisationId,
  type UserId,
} from '@cloister/wire';
import { decideModerator } from './moderation.ts';
import type { Room, RoomView } from './room.ts';

/** A change of people or keys, as asked. */
export interface AskedChange {
  readonly kind: Exclude<OperationKind, 'create'>;
  /** For `add`, `remove`, `appoint` and `dismiss`. */
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
  if (view.room.pairLow !== null) decidePair(view.room, kind, id);
  // Everybody may leave.
  if (kind !== 'remove' || id !== view.membership.userId) decideModerator(view);
  if (view.pending.some((pending) => pending.subjects.includes(id))) {
    throw new CloisterError('core/conflict', { detail: 'Another change of this person is being decided.' });
  }
  if (kind === 'add') decideAddable(person, view.room.organisationId);
  decideStanding(view, kind, id);
};

/** Who came back to the organisation may come back to the conversation. */
const decidePair = ({ pairLow, pairHigh }: Room, kind: AskedChange['kind'], id: UserId): void => {
  if (kind === 'appoint' || kind === 'dismiss') {
    throw new CloisterError('core/forbidden', { detail: 'A conversation of two people has no moderators.' });
  }
  if (kind === 'remove' || (id !== pairLow && id !== pairHigh)) {
    throw new CloisterError('core/forbidden', { detail: 'A conversation of two people keeps its two people.' });
  }
};

/** Whether the change starts from where the person stands. */
const decideStanding = ({ members }: RoomView, kind: AskedChange['kind'], id: UserId): void => {
  const member = members.find(({ userId }) => userId === id);
  const conflict = (detail: string) => new CloisterError('core/conflict', { detail });
  if (kind === 'add' && member !== undefined) throw conflict('This person is already in the room.');
  if (kind !== 'add' && member === undefined) throw conflict('This person is not in the room.');
  if (kind === 'appoint' && member?.moderator === true) throw conflict('This person is a moderator already.');
  if (kind === 'dismiss' && member?.moderator === false) throw conflict('This person is not a moderator.');
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
