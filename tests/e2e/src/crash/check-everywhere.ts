import type { RoomId } from '@cloister/wire';
import { expect } from 'vitest';
import { type SdkPerson, until, withSession } from '../sdk/sdk-person.ts';
import { checkFate, checkHistory, checkLog, checkSaid } from './check-room.ts';
import { readRoomLog } from './room-log.ts';
import type { Said } from './traffic.ts';

/**
 * Every room of every person, three times over: from the core's API, on a second device that knows nothing but what the
 * servers kept, and on the client that was there all the time and must be as good as new.
 */
export const checkEverywhere = async (
  core: string,
  people: readonly SdkPerson[],
  said: readonly Said[],
): Promise<void> => {
  for (const person of people) {
    await until(person.client, () => person.client.snapshot().connection.state === 'online');
    expect(person.client.snapshot().unsent).toBe(0);
    const fresh = await withSession(person.session);
    expect(roomsOf(person)).toEqual(roomsOf(fresh));
    for (const roomId of roomsOf(fresh)) {
      const told = await readRoomLog(core, person.session, roomId);
      const here = said.filter((one) => one.roomId === roomId);
      checkLog(told);
      checkSaid(told, here);
      await checkFate(fresh, roomId);
      await checkHistory(fresh, told, here);
      await checkHistory(person, told, here);
    }
    await fresh.close();
  }
};

const roomsOf = ({ client }: SdkPerson): RoomId[] =>
  client
    .snapshot()
    .rooms.map(({ id }) => id)
    .sort();
