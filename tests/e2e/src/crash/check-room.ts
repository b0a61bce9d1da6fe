import type { Activity, RoomId, UserId } from '@cloister/wire';
import { expect } from 'vitest';
import { type SdkPerson, textOf, until } from '../sdk/sdk-person.ts';
import type { RoomLog } from './room-log.ts';
import type { Said } from './traffic.ts';
import type { Witness } from './witness.ts';

/** Positions 1 to head, each once; one entry a clientTempId; the roster is what the joins and departures add up to. */
export const checkLog = ({ room, log }: RoomLog): void => {
  expect(log.map(({ position }) => position)).toEqual(Array.from({ length: room.head ?? 0 }, (_, at) => at + 1));
  const written = log.flatMap(({ actor, clientTempId }) => (clientTempId ? [`${actor.id} ${clientTempId}`] : []));
  expect(new Set(written).size).toBe(written.length);
  expect(room.pending ?? []).toEqual([]);
  expect([...membersOf(log)].sort()).toEqual(room.participants?.items.map(({ id }) => id).sort());
};

/** Who the log leaves in the room; nobody joins twice or leaves without having been there. */
const membersOf = (log: readonly Activity[]): Set<UserId> => {
  const members = new Set<UserId>();
  for (const { verb, object, actor, position } of log) {
    const id = object?.id as UserId;
    if (verb === 'create') members.add(actor.id);
    if (verb === 'add') {
      expect(members.has(id), `entry ${position} adds a member again`).toBe(false);
      members.add(id);
    }
    if (verb === 'leave') expect(members.delete(id), `entry ${position} removes a stranger`).toBe(true);
  }
  return members;
};

/** Each message that was reported as sent stands in the log where its author was told. */
export const checkSaid = ({ log }: RoomLog, said: readonly Said[]): void => {
  for (const { id, position, author, text } of said) {
    const entry = log[position - 1];
    expect([entry?.id, entry?.actor.id], `"${text}" at ${position}`).toEqual([id, author.id]);
  }
};

/** The core's members are the key server's, asked through this client's own channel (invariant 2). */
export const checkFate = async (person: SdkPerson, roomId: RoomId): Promise<void> => {
  const { unexplained, cannotRead } = await person.client.rooms.whoCanRead(roomId);
  expect({ unexplained, cannotRead }).toEqual({ unexplained: [], cannotRead: [] });
};

/** Pages the whole room in and reads it: every message opens, stands there once, and each author's are in their order. */
export const checkHistory = async (person: SdkPerson, { log, room }: RoomLog, said: readonly Said[]): Promise<void> => {
  const { client } = person;
  await client.rooms.open(room.id);
  while (client.timeline(room.id).hasOlder) await client.history.older(room.id);
  const messages = log.filter(({ verb }) => verb === 'post').length;
  const shown = () => client.timeline(room.id).entries.filter(({ kind }) => kind === 'message');
  const texts = () => shown().map(textOf);
  await until(client, () => texts().length === messages && texts().every((text) => text !== undefined), room.id);
  expect(new Set(texts()).size).toBe(messages);
  const places = new Map(shown().map((entry) => [textOf(entry), entry.position]));
  for (const { text, position } of said) expect(places.get(text), `"${text}"`).toBe(position);
  const last = new Map<SdkPerson, number>();
  for (const { author, position, text } of said) {
    expect(position, `"${text}" comes after what its author said before`).toBeGreaterThan(last.get(author) ?? 0);
    last.set(author, position);
  }
};

/** What a client that was never reloaded showed while it happened: every message, and never as two. */
export const checkWitness = (witness: Witness, roomId: RoomId, said: readonly Said[]): void => {
  const seen = witness.of(roomId);
  for (const { text, id, position } of said.filter((one) => one.roomId === roomId)) {
    expect([...(seen.get(text) ?? [])], `"${text}"`).toEqual([[id, position]]);
  }
};
