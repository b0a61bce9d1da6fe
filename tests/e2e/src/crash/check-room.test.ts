import type { Activity, ActivityId, Conversation, RoomId, UserId } from '@cloister/wire';
import { expect, it } from 'vitest';
import type { SdkPerson } from '../sdk/sdk-person.ts';
import { checkLog, checkSaid } from './check-room.ts';
import type { RoomLog } from './room-log.ts';
import type { Said } from './traffic.ts';

const alice = '00000000-0000-4000-8000-00000000000a' as UserId;
const ben = '00000000-0000-4000-8000-00000000000b' as UserId;
const roomId = '00000000-0000-4000-8000-000000000001' as RoomId;
const idAt = (position: number) => `10000000-0000-4000-8000-${String(position).padStart(12, '0')}` as ActivityId;

const entry = (position: number, verb: string, more: Partial<Activity> = {}): Activity => ({
  id: idAt(position),
  objectType: 'activity',
  verb,
  published: '2026-11-21T00:00:00.000Z',
  actor: { id: alice },
  position,
  ...more,
});
const person = (id: UserId) => ({ object: { objectType: 'person', id } });

const log: readonly Activity[] = [
  entry(1, 'create'),
  entry(2, 'add', person(ben)),
  entry(3, 'post', { clientTempId: 'one' }),
  entry(4, 'leave', person(ben)),
  entry(5, 'post', { clientTempId: 'two' }),
];
const told = (entries: readonly Activity[], more: Partial<Conversation> = {}): RoomLog => ({
  log: entries,
  room: {
    id: roomId,
    objectType: 'conversation',
    url: 'http://localhost/room',
    head: entries.length,
    participants: { items: [{ objectType: 'person', id: alice }] },
    ...more,
  },
});
const author = { id: alice } as SdkPerson;
const said: Said[] = [3, 5].map((position) => ({
  roomId,
  author,
  text: `at ${position}`,
  id: idAt(position),
  position,
}));

it('passes a log in which everything is as it should be', () => {
  checkLog(told(log));
  checkSaid(told(log), said);
});

it.each<[string, RoomLog]>([
  ['a gap', told([...log.slice(0, 3), ...log.slice(4)], { head: 5 })],
  ['a position twice', told([...log, entry(5, 'post')])],
  ['a message stored twice', told([...log, entry(6, 'post', { clientTempId: 'two' })])],
  ['a log shorter than the head', told(log, { head: 6 })],
  ['a change left undecided', told(log, { pending: [{ operationId: 'x', kind: 'add', subjects: [ben], since: '' }] })],
  ['a member the log does not explain', told(log.slice(0, 3))],
  ['a person added twice', told([...log, entry(6, 'add', person(alice))])],
  ['a stranger removed', told([...log, entry(6, 'leave', person(ben))])],
])('notices %s', (_what, wrong) => {
  expect(() => checkLog(wrong)).toThrow();
});

it.each<[string, readonly Activity[]]>([
  ['a lost message', log.slice(0, 4)],
  ['a message of another author', log.with(4, entry(5, 'post', { actor: { id: ben } }))],
  ['a message in another place', [...log.slice(0, 4), entry(5, 'post', { id: idAt(9) }), entry(6, 'post')]],
])('notices %s', (_what, wrong) => {
  expect(() => checkSaid(told(wrong), said)).toThrow();
});
