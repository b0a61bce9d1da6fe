import type { Client, ReadingOrganisation, WhoCanRead } from '@cloister/sdk';
import type { UserId } from '@cloister/wire';
import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { nameOf, titleOf } from '../find.ts';
import { organisationText } from '../organisations.ts';
import { print, table } from '../print.ts';
import { roomAndReaders } from '../room-readers.ts';

/** A room, its people, and who can read it: the roster beside the key server's own list. */
export const roomShow: Command = async (context) => {
  const [wanted] = context.words;
  if (wanted === undefined) throw usageFailure('which room?', 'cloister room show Plans');
  return acting(context, async (client) => {
    const { room, readers } = await roomAndReaders(client, wanted);
    const title = await titleOf(client, room);
    const named = async (ids: readonly (typeof readers.people)[number][]) =>
      Promise.all(ids.map(async (person) => ({ id: person, name: nameOf(await client.people.get(person)) })));
    const [people, unexplained, cannotRead] = await Promise.all([
      named(readers.people),
      named(readers.unexplained),
      named(readers.cannotRead),
    ]);
    const moderators = await named(room.moderators);
    const { functions, organisations, keyServers, keys } = readers;
    const shown = {
      ...{
        id: room.id,
        title,
        people,
        moderators,
        unexplained,
        cannotRead,
        functions,
        organisations,
        keyServers,
        keys,
      },
      pending: room.pending,
    };
    const names = (list: typeof people) => list.map(({ name }) => name).join(', ');
    const rows = [
      ['room', room.id],
      ['title', title],
      ...(await byOrganisation(client, readers.people)),
      ...(moderators.length === 0 ? [] : [['moderators', names(moderators)]]),
      ...organisations.map((organisation) => ['organisation', readingText(organisation)]),
      ['machines', machinesText(client, functions)],
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

/** An organisation with its key server and the machines that it lets read, which its own key server alone can say (R344). */
const readingText = ({ organisationId, name, domains, kmsHost, functions, statedAt }: ReadingOrganisation): string => {
  const said = functions === undefined ? 'not told: its machines may read' : functions.join(', ') || 'none';
  const since = statedAt === undefined ? '' : ` (as of ${statedAt})`;
  return `${organisationText(organisationId, { name, domains })}, ${kmsHost}, machines: ${said}${since}`;
};

/** What machines are given the room's keys for by its own key server; of other organisations with whose they are. */
const machinesText = (client: Client, functions: WhoCanRead['functions']): string => {
  const { me, organisations } = client.snapshot();
  const texts = functions.map(({ organisationId, purpose }) =>
    organisationId === me.organisationId
      ? purpose
      : `${purpose} of ${organisationText(organisationId, organisations.get(organisationId))}`,
  );
  return texts.join(', ') || 'none';
};

/** A line for the people of each organisation, the asker's own first. */
const byOrganisation = async (client: Client, ids: readonly UserId[]): Promise<string[][]> => {
  const { me, organisations } = client.snapshot();
  const people = await Promise.all(ids.map((id) => client.people.get(id)));
  const groups = Map.groupBy(people, ({ organisationId }) => organisationId ?? me.organisationId);
  return [...groups]
    .toSorted(([a], [b]) => Number(b === me.organisationId) - Number(a === me.organisationId))
    .map(([id, members]) => [
      id === me.organisationId ? 'people' : `people of ${organisationText(id, organisations.get(id))}`,
      members.map(nameOf).join(', '),
    ]);
};
