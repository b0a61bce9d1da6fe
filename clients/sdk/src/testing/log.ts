import type { Activity, ActivityId, KeyUri, OrganisationId, RoomId, UserId } from '@cloister/wire';
import type { LogBody, LogEntry } from '../rooms/log-entry.ts';

const id = (prefix: string, n: number): string => `${prefix}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

export const roomId = id('aaaaaaaa', 1) as RoomId;
export const otherRoomId = id('aaaaaaaa', 2) as RoomId;
export const alice = id('bbbbbbbb', 1) as UserId;
export const ben = id('bbbbbbbb', 2) as UserId;
export const chloe = id('bbbbbbbb', 3) as UserId;
/** Of another organisation. */
export const gina = id('bbbbbbbb', 9) as UserId;
export const acme = id('99999999', 1) as OrganisationId;
export const globex = id('99999999', 2) as OrganisationId;
export const umbrella = id('99999999', 3) as OrganisationId;
export const activityId = (n: number): ActivityId => id('cccccccc', n) as ActivityId;
export const keyUri = (n: number): KeyUri => `kms://kms.acme.example/keys/${id('dddddddd', n)}` as KeyUri;

/** Entry `position` of the test room. */
export const entry = (position: number, body: LogBody, actor: UserId = alice): LogEntry => ({
  id: activityId(position),
  roomId,
  position,
  actor,
  published: new Date(1_800_000_000_000 + position * 1000).toISOString(),
  body,
});

export const message = (position: number, actor: UserId = alice, text = `m${position}`): LogEntry =>
  entry(position, { kind: 'message', text: { sealed: text, keyUri: keyUri(1) } }, actor);

/** The same as the core serves it. */
export const activity = (position: number, members: Readonly<Record<string, unknown>> = {}): Activity => ({
  id: activityId(position),
  objectType: 'activity',
  verb: 'post',
  published: new Date(1_800_000_000_000 + position * 1000).toISOString(),
  actor: { objectType: 'person', id: alice },
  object: { objectType: 'comment', displayName: `m${position}` },
  target: { objectType: 'conversation', id: roomId },
  encryptionKeyUrl: keyUri(1),
  position,
  ...members,
});
