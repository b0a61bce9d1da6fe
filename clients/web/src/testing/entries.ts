import type { FilesEntry, MembershipEntry, MessageEntry, SendState } from '@cloister/sdk';
import type { ActivityId, RoomId, UserId } from '@cloister/wire';

const id = (family: number, number: number): string =>
  `${family.toString(16).padStart(8, '0')}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;

export const userId = (number: number): UserId => id(1, number) as UserId;
export const roomId = (number: number): RoomId => id(2, number) as RoomId;
export const activityId = (number: number): ActivityId => id(3, number) as ActivityId;

const sent: SendState = { state: 'sent' };

/** A message at a position, stored by the core unless `changes` say otherwise. */
export const message = (
  position: number,
  actor: UserId,
  at: Date,
  changes: Partial<MessageEntry> = {},
): MessageEntry => ({
  kind: 'message',
  key: `entry-${position}`,
  id: activityId(position),
  position,
  roomId: roomId(1),
  actor,
  published: at.toISOString(),
  send: sent,
  content: { state: 'open', value: { text: `Message ${position}` } },
  ...changes,
});

export const files = (position: number, actor: UserId, at: Date, changes: Partial<FilesEntry> = {}): FilesEntry => ({
  kind: 'files',
  key: `entry-${position}`,
  id: activityId(position),
  position,
  roomId: roomId(1),
  actor,
  published: at.toISOString(),
  send: sent,
  files: [],
  ...changes,
});

export const membership = (
  kind: 'joined' | 'left',
  position: number,
  actor: UserId,
  person: UserId,
  at: Date,
): MembershipEntry => ({
  kind,
  key: `entry-${position}`,
  id: activityId(position),
  position,
  roomId: roomId(1),
  actor,
  person,
  published: at.toISOString(),
  send: sent,
});
