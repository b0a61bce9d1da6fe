import {
  CloisterError,
  hostOf,
  type KeyUri,
  type KmsHost,
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

/** The key server that a registered realm runs for an organisation. */
export type KmsHostOf = (organisationId: OrganisationId) => KmsHost | undefined;

/**
 * Whether the core's half of a change may go on. The key server decides its own half.
 * @throws CloisterError with a sentence that says why not
 */
export const decideChange = (view: RoomView, change: AskedChange, subject: KnownPerson, kmsHostOf: KmsHostOf): void => {
  if (view.membership.suspendedAt !== null) {
    throw new CloisterError('core/conflict', { detail: 'Your removal from this room is being decided.' });
  }
  if (change.subject !== undefined) decidePeople(view, change.kind, change.subject, subject, kmsHostOf);
  if (change.keyUri !== undefined) decideKey(view, change.keyUri, kmsHostOf);
};

const decidePeople = (
  view: RoomView,
  kind: AskedChange['kind'],
  id: UserId,
  person: KnownPerson,
  kmsHostOf: KmsHostOf,
): void => {
  if (view.room.pairLow !== null) decidePair(view.room, kind, id);
  // Everybody may leave.
  if (kind !== 'remove' || id !== view.membership.userId) decideModerator(view);
  if (view.pending.some((pending) => pending.subjects.includes(id))) {
    throw new CloisterError('core/conflict', { detail: 'Another change of this person is being decided.' });
  }
  if (kind === 'add') decideAddable(person, kmsHostOf);
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

/** @throws CloisterError for a person who cannot be a member of any room */
export const decideAddable = (person: KnownPerson, kmsHostOf: KmsHostOf): void => {
  if (person?.active !== true) throw new CloisterError('core/not-found', { detail: 'There is no such person.' });
  if (kmsHostOf(person.organisationId) === undefined) {
    throw new CloisterError('core/other-organisation', {
      detail: 'This person belongs to an organisation that has no key server here, and cannot be added.',
    });
  }
};

const decideKey = (view: RoomView, keyUri: KeyUri, kmsHostOf: KmsHostOf): void => {
  // Everybody brings keys of their own key server, wherever the room's resource lives.
  if (hostOf(keyUri) !== kmsHostOf(view.membership.organisationId)) throw new CloisterError('core/key-unknown');
  const known = view.keys.find((key) => key.uri === keyUri);
  if (known?.stale === true) throw new CloisterError('core/key-stale');
};
