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
    const shown = { id, title, people, unexplained, cannotRead, keyServer: readers.keyServer, pending: room.pending };
    const names = (list: typeof people) => list.map(({ name }) => name).join(', ');
    const rows = [
      ['room', id],
      ['title', title],
      ['people', names(people)],
      ['key server', readers.keyServer],
      ...(unexplained.length === 0 ? [] : [['can read, but is not in the room', names(unexplained)]]),
      ...(cannotRead.length === 0 ? [] : [['cannot read yet', names(cannotRead)]]),
      ...room.pending.map(({ kind, since }) => ['waits for the key server', `${kind} since ${since}`]),
    ];
    print(context, shown, table(rows));
    return undefined;
  });
};
