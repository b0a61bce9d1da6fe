import type { RoomId, UserId } from '@cloister/wire';
import type { World } from '../corpus/world.ts';

/** Who and what is called so, to the letter. */
export interface Names {
  people(name: string): readonly UserId[];
  rooms(name: string): readonly RoomId[];
}

export const namesOf = ({ people, rooms }: World): Names => ({
  people: (called) => people.filter(({ name }) => name === called).map(({ userId }) => userId),
  rooms: (called) => rooms.filter(({ title }) => title === called).map(({ roomId }) => roomId),
});
