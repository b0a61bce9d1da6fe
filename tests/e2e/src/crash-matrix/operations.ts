import type { RoomId } from '@cloister/wire';
import { insist, isIn } from '../crash/change.ts';
import type { Journal } from '../crash/journal.ts';
import { until } from '../sdk/sdk-person.ts';
import type { MatrixRoom, People, RoomState } from './rooms.ts';

/** What is asked for when a fault strikes. */
export const operationNames = ['create', 'add', 'remove', 'leave', 'appoint', 'dismiss'] as const;
export type OperationName = (typeof operationNames)[number];

export interface Operation {
  /** As the wires name it. */
  readonly kind: string;
  /** The room before; a new one has none. */
  readonly from: RoomState | null;
  readonly to: RoomState;
  /** One attempt, as a person who presses the button; answers the room. */
  readonly ask: (people: People, room: MatrixRoom | null) => Promise<RoomId>;
  /** Whether it is done, as far as its asker sees. */
  readonly isDone: (people: People, roomId: RoomId) => boolean;
}

const out: RoomState = { hasBen: false, moderated: false };
const inside: RoomState = { hasBen: true, moderated: false };
const moderated: RoomState = { hasBen: true, moderated: true };

const change = (
  kind: string,
  [from, to]: readonly [RoomState, RoomState],
  ask: (people: People, roomId: RoomId) => Promise<void>,
  isDone: Operation['isDone'],
): Operation => ({
  kind,
  from,
  to,
  ask: async (people, room) => {
    if (room === null) throw new Error('this operation needs a room');
    await ask(people, room.id);
    return room.id;
  },
  isDone,
});

const isModerated = ({ alice }: People, roomId: RoomId): boolean =>
  alice.client.snapshot().rooms.some(({ id, moderators }) => id === roomId && moderators.includes(alice.id));

export const operations: Readonly<Record<OperationName, Operation>> = {
  create: {
    kind: 'create',
    from: null,
    to: inside,
    ask: ({ alice, aoi, ben }) => alice.client.rooms.create({ title: 'made in the matrix', people: [aoi.id, ben.id] }),
    isDone: () => true,
  },
  add: change(
    'add',
    [out, inside],
    ({ alice, ben }, roomId) => alice.client.rooms.add(roomId, [ben.id]),
    ({ alice, ben }, roomId) => isIn(alice, roomId, ben),
  ),
  remove: change(
    'remove',
    [inside, out],
    ({ alice, ben }, roomId) => alice.client.rooms.remove(roomId, ben.id),
    ({ alice, ben }, roomId) => !isIn(alice, roomId, ben),
  ),
  leave: change(
    'remove',
    [inside, out],
    ({ ben }, roomId) => ben.client.rooms.leave(roomId),
    ({ ben }, roomId) => !isIn(ben, roomId, ben),
  ),
  appoint: change(
    'appoint',
    [inside, moderated],
    ({ alice }, roomId) => alice.client.rooms.appoint(roomId, alice.id),
    isModerated,
  ),
  dismiss: change(
    'dismiss',
    [moderated, inside],
    ({ alice }, roomId) => alice.client.rooms.dismiss(roomId, alice.id),
    (people, roomId) => !isModerated(people, roomId),
  ),
};

/** Presses again until it worked, and resolves when all whom it concerns see it. */
export const finish = async (
  notes: Journal,
  people: People,
  { ask, isDone, to }: Operation,
  room: MatrixRoom,
): Promise<void> => {
  await insist(notes, 'asked again', async () => {
    if (!isDone(people, room.id)) await ask(people, room);
  });
  const { alice, ben } = people;
  for (const person of [alice, ben]) await until(person.client, () => isIn(person, room.id, ben) === to.hasBen);
  await until(alice.client, () => isModerated(people, room.id) === to.moderated);
};
