import type { Client } from '@cloister/sdk';
import type { UserId } from '@cloister/wire';
import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { findRoom, nameOf, titleOf } from '../find.ts';
import { print, table } from '../print.ts';

/** A room, its people, and who can read it: the roster beside the key server's own list. */
export const roomShow: Command = async (context) => {
  const [wanted] = context.words;
  if (wanted === undefined) throw usageFailure('which room?', 'cloister room show Plans');
  return acting(context, async (client) => {
    const { id } = await findRoom(client, wanted);
    const readers = await client.rooms.whoCanRead(id);
    const room = await findRoom(client, id);
    const title = await titleOf(client, room);
    const named = async (ids: readonly (typeof readers.people)[number][]) =>
      Promise.all(ids.map(async (person) => ({ id: person, name: nameOf(await client.people.get(person)) })));
    const [people, unexplained, cannotRead] = await Promise.all([
      named(readers.people),
      named(readers.unexplained),
      named(readers.cannotRead),
    ]);
    const moderators = await named(room.moderators);
    const { functions, keyServers, keys } = readers;
    const shown = {
      ...{ id, title, people, moderators, unexplained, cannotRead, functions, keyServers, keys },
      pending: room.pending,
    };
    const names = (list: typeof people) => list.map(({ name }) => name).join(', ');
    const rows = [
      ['room', id],
      ['title', title],
      ...(await byOrganisation(client, readers.people)),
      ...(moderators.length === 0 ? [] : [['moderators', names(moderators)]]),
      ['machines', functions.map(({ purpose }) => purpose).join(', ') || 'none'],
      ['key servers', keyServers.join(', ')],
      ['keys shared by published clients', String(keys.filter(({ shared }) => shared).length)],
      ["devices' own keys", String(keys.filter(({ shared }) => !shared).length)],
      ...(unexplained.length === 0 ? [] : [['can read, but is not in the room', names(unexplained)]]),
      ...(cannotRead.length === 0 ? [] : [['cannot read yet', names(cannotRead)]]),
      ...room.pending.map(({ kind, since }) => ['waits for the key server', `${kind} since ${since}`]),
    ];
    print(context, shown, table(rows));
    return undefined;
  });
};

/** A line for the people of each organisation, the asker's own first; others by the domain of their addresses. */
const byOrganisation = async (client: Client, ids: readonly UserId[]): Promise<string[][]> => {
  const own = client.snapshot().me.organisationId;
  const people = await Promise.all(ids.map((id) => client.people.get(id)));
  const groups = Map.groupBy(people, ({ organisationId }) => organisationId ?? own);
  return [...groups]
    .toSorted(([a], [b]) => Number(b === own) - Number(a === own))
    .map(([id, members]) => {
      const domain = members.map(({ email }) => email?.split('@').at(-1)).find((found) => found !== undefined);
      return [id === own ? 'people' : `people of ${domain ?? id}`, members.map(nameOf).join(', ')];
    });
};
