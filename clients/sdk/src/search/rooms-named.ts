import type { Client } from '../api/client.ts';
import { untilShown } from './until-shown.ts';

/**
 * Waits until each room has the name it is known by, or turns out to have none: `in:` may mean any of them.
 * @throws CloisterError `client/offline` when identity does not say whom a room of two is with
 */
export const roomsNamed = async (client: Pick<Client, 'snapshot' | 'subscribe' | 'people'>): Promise<void> => {
  await untilShown(client, ({ rooms }) => rooms.every(({ title }) => title.state !== 'opening'));
  const { rooms, people } = client.snapshot();
  const others = rooms.flatMap(({ directWith }) => directWith ?? []).filter((id) => !people.has(id));
  await Promise.all(others.map((id) => client.people.get(id)));
};
