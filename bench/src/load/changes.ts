import type { Constellation } from '@cloister/testkit';
import { changeMember } from './membership.ts';
import { openParty } from './party.ts';
import { makeRooms } from './room.ts';

/** Aoi comes and goes in rooms of Alice's, by whom is told; each worker has a room, as changes of one stand in line. */
export async function openChanges(all: Constellation, rooms: number, by: string) {
  const made = await makeRooms(all, rooms, by === 'alice' ? 'ben' : by);
  const { tokens, close, ...party } = await openParty(all, by);
  const person = all.person('aoi').id;
  const free = made.map((room) => ({ room: { ...room, tokens }, verb: 'add' as 'add' | 'leave' }));
  return {
    change: async () => {
      const mine = free.shift();
      if (mine === undefined) throw new Error('more workers than rooms');
      await changeMember(party, mine.room, mine.verb, person);
      free.push({ room: mine.room, verb: mine.verb === 'add' ? 'leave' : 'add' });
    },
    close,
  };
}
