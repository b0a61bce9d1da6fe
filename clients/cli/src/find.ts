import type { Client, PersonView, RoomView } from '@cloister/sdk';
import { isUuid, type UserId } from '@cloister/wire';
import { Failure } from './failure.ts';
import { until } from './until.ts';

/** A room's title as text, waiting until it opened. */
export const titleOf = async (client: Client, room: RoomView): Promise<string> => {
  const current = () => client.snapshot().rooms.find(({ id }) => id === room.id)?.title ?? room.title;
  const settled = () => {
    const title = current();
    return title.state === 'opening' ? undefined : title;
  };
  const title = await until(
    client,
    settled,
    15_000,
    () => new Failure('kms/timeout', 'the key server does not answer'),
  );
  if (title.state === 'undecryptable') return `(${title.reason})`;
  if (title.state === 'open' && title.value !== '') return title.value;
  return nameOf(await client.people.get(room.directWith ?? client.snapshot().me.id));
};

/** A room by id or by title. */
export const findRoom = async (client: Client, wanted: string): Promise<RoomView> => {
  const { rooms } = client.snapshot();
  const byId = rooms.find(({ id }) => id === wanted);
  if (byId !== undefined) return byId;
  const titled = await Promise.all(rooms.map(async (room) => ({ room, title: await titleOf(client, room) })));
  const found = titled.filter(({ title }) => title.toLowerCase() === wanted.toLowerCase());
  const [only, second] = found;
  if (only === undefined) {
    throw new Failure('core/not-found', `you have no room "${wanted}"`, {
      hint: 'cloister room list shows your rooms',
    });
  }
  if (second !== undefined) {
    const ids = found.map(({ room }) => room.id).join(', ');
    throw new Failure('client/invalid-request', `several rooms are called "${wanted}"`, { hint: `use an id: ${ids}` });
  }
  return only.room;
};

/** A person by id, e-mail address or name. */
export const findPerson = async (client: Client, wanted: string): Promise<UserId> => {
  const id: unknown = wanted;
  if (isUuid(id)) return id as UserId;
  const found = await client.people.search(wanted);
  const lower = wanted.toLowerCase();
  // Identity finds people of other organisations by their address alone; those met in rooms are known by name too.
  const known = [
    ...found,
    ...[...client.snapshot().people.values()].filter((one) => !found.some((f) => f.id === one.id)),
  ];
  const exact = known.filter((person) => person.email?.toLowerCase() === lower || person.name.toLowerCase() === lower);
  const candidates = exact.length > 0 ? exact : found;
  const [only, second] = candidates;
  if (only === undefined) {
    throw new Failure('identity/not-found', `nobody is found by "${wanted}"`, {
      hint: 'cloister people search <name>',
    });
  }
  if (second !== undefined) {
    const addresses = candidates.map((person) => person.email ?? person.id).join(', ');
    throw new Failure('client/invalid-request', `several people are found by "${wanted}"`, {
      hint: `one of: ${addresses}`,
    });
  }
  return only.id;
};

export const nameOf = ({ known, name, id }: PersonView): string => (known ? name : id);
