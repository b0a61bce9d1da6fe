import type { Client, RoomView, WhoCanRead } from '@cloister/sdk';
import type { UserId } from '@cloister/wire';
import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { nameOf } from '../find.ts';
import { organisationText } from '../organisations.ts';
import { print, table } from '../print.ts';
import { roomAndReaders } from '../room-readers.ts';

/** Everybody in a room: who they are, of which organisation, and what sets them apart there. */
export const roomPeople: Command = async (context) => {
  const [wanted] = context.words;
  if (wanted === undefined) throw usageFailure('which room?', 'cloister room people Plans');
  return acting(context, async (client) => {
    const { room, readers } = await roomAndReaders(client, wanted);
    const people = await Promise.all(readers.people.map((person) => member(client, { room, readers, id: person })));
    if (context.args.json) for (const person of people) print(context, person, []);
    else {
      const rows = people.map(({ name, organisation, isModerator, canRead }) => [
        ...[name, organisationText(organisation.id, organisation)],
        [isModerator ? 'moderator' : '', canRead ? '' : 'cannot read yet'].filter((mark) => mark !== '').join(', '),
      ]);
      print(context, people, table(rows));
    }
    return undefined;
  });
};

const member = async (
  client: Client,
  { room, readers, id }: { readonly room: RoomView; readonly readers: WhoCanRead; readonly id: UserId },
) => {
  const person = await client.people.get(id);
  const { me, organisations } = client.snapshot();
  const { organisationId = me.organisationId } = person;
  const { name, domains } = organisations.get(organisationId) ?? { name: '', domains: [] };
  return {
    id,
    name: nameOf(person),
    organisation: { id: organisationId, name, domains },
    isOutside: organisationId !== me.organisationId,
    isModerator: room.moderators.includes(id),
    canRead: !readers.cannotRead.includes(id),
  };
};
