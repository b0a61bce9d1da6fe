import type { RoomId } from '@cloister/wire';
import { insist, isIn } from '../crash/change.ts';
import type { Journal } from '../crash/journal.ts';
import { saying } from '../crash-matrix/volley.ts';
import { until } from '../sdk/sdk-person.ts';
import { isModerated, type MatrixRoom, type People, type RoomState } from './rooms.ts';

/** Changes that people of Globex ask for: of Acme's rooms, and a new room of their own with somebody of Acme. */
export const operationNames = ['create', 'add', 'remove', 'leave', 'appoint', 'dismiss', 'rotate', 'bind'] as const;
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

const out: RoomState = { hasHugo: false, moderated: false, stale: 'no' };
const inside: RoomState = { ...out, hasHugo: true };
const moderated: RoomState = { ...inside, moderated: true };

const change = (
  kind: string,
  [from, to]: readonly [RoomState, RoomState],
  ask: (people: People, roomId: RoomId) => Promise<unknown>,
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

const writes = ({ grace }: People, roomId: RoomId) => saying(grace, roomId);

export const operations: Readonly<Record<OperationName, Operation>> = {
  create: {
    kind: 'create',
    from: null,
    to: inside,
    ask: ({ alice, grace, hugo }) => grace.client.rooms.create({ title: 'of Globex', people: [alice.id, hugo.id] }),
    isDone: () => true,
  },
  add: change(
    'add',
    [out, inside],
    ({ grace, hugo }, roomId) => grace.client.rooms.add(roomId, [hugo.id]),
    ({ grace, hugo }, roomId) => isIn(grace, roomId, hugo),
  ),
  remove: change(
    'remove',
    [inside, out],
    ({ grace, hugo }, roomId) => grace.client.rooms.remove(roomId, hugo.id),
    ({ grace, hugo }, roomId) => !isIn(grace, roomId, hugo),
  ),
  leave: change(
    'remove',
    [inside, out],
    ({ hugo }, roomId) => hugo.client.rooms.leave(roomId),
    ({ hugo }, roomId) => !isIn(hugo, roomId, hugo),
  ),
  appoint: change(
    'appoint',
    [inside, moderated],
    ({ grace }, roomId) => grace.client.rooms.appoint(roomId, grace.id),
    ({ grace }, roomId) => isModerated(grace, roomId),
  ),
  dismiss: change(
    'dismiss',
    [moderated, inside],
    ({ grace }, roomId) => grace.client.rooms.dismiss(roomId, grace.id),
    ({ grace }, roomId) => !isModerated(grace, roomId),
  ),
  // The first message after a departure makes a key of Globex's the default of Acme's room.
  rotate: change('updateKey', [{ ...out, stale: 'all' }, out], writes, () => true),
  // After somebody else's it is one more live key.
  bind: change('addKey', [{ ...out, stale: 'hers' }, out], writes, () => true),
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
  const { alice, grace, hugo } = people;
  for (const person of [alice, grace, hugo])
    await until(person.client, () => isIn(person, room.id, hugo) === to.hasHugo);
  await until(alice.client, () =>
    alice.client
      .snapshot()
      .rooms.some(({ id, moderators }) => id === room.id && moderators.includes(grace.id) === to.moderated),
  );
};
