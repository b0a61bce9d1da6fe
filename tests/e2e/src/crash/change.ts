import { CloisterError, type RoomId } from '@cloister/wire';
import { type SdkPerson, until } from '../sdk/sdk-person.ts';
import type { Journal } from './journal.ts';

/** A person presses the button again until it worked: what was not decided may be asked again. */
export const insist = async <T>(journal: Journal, what: string, act: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const result = await act();
      journal.note(`${what}: done at attempt ${attempt}`);
      return result;
    } catch (cause) {
      journal.note(`${what}: ${cause instanceof CloisterError ? `${cause.code} ${cause.detail ?? ''}` : cause}`);
      if (!mayBeAskedAgain(cause)) throw cause;
    }
  }
};

const mayBeAskedAgain = (cause: unknown): boolean =>
  cause instanceof CloisterError && (cause.status >= 500 || cause.code === 'core/conflict');

export const isIn = ({ client }: SdkPerson, roomId: RoomId, person: SdkPerson): boolean =>
  client.snapshot().rooms.some((room) => room.id === roomId && room.people.includes(person.id));

export const add = async (journal: Journal, actor: SdkPerson, roomId: RoomId, person: SdkPerson): Promise<void> => {
  await insist(journal, `add ${person.id.slice(0, 4)}`, async () => {
    if (!isIn(actor, roomId, person)) await actor.client.rooms.add(roomId, [person.id]);
  });
  await until(actor.client, () => isIn(actor, roomId, person));
  await until(person.client, () => isIn(person, roomId, person));
};

export const remove = async (journal: Journal, actor: SdkPerson, roomId: RoomId, person: SdkPerson): Promise<void> => {
  await insist(journal, `remove ${person.id.slice(0, 4)}`, async () => {
    if (isIn(actor, roomId, person)) await actor.client.rooms.remove(roomId, person.id);
  });
  await until(actor.client, () => !isIn(actor, roomId, person));
  await until(person.client, () => !isIn(person, roomId, person));
};
