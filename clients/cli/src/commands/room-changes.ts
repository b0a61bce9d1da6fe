import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { findRoom } from '../find.ts';
import { nameOrganisations, personText } from '../organisations.ts';
import { print, table } from '../print.ts';

/** What became of a room's changes of people and keys: pending, applied, or refused and why. */
export const roomChanges: Command = async (context) => {
  const [wanted] = context.words;
  if (wanted === undefined) throw usageFailure('which room?', 'cloister room changes Plans --limit 20');
  return acting(context, async (client) => {
    const { id } = await findRoom(client, wanted);
    await client.rooms.open(id);
    client.timeline(id);
    await nameOrganisations(client, id);
    const changes = await client.rooms.changes(id, Math.min(context.args.limit ?? 20, 100));
    const rows = await Promise.all(
      changes.map(async ({ since, state, kind, actor, subjects, code }) => {
        const [by, ...whom] = await Promise.all([actor, ...subjects].map((one) => client.people.get(one)));
        const who = by === undefined ? actor : personText(client, by);
        return [since, state, kind, who, whom.map((one) => personText(client, one)).join(', '), code ?? ''];
      }),
    );
    print(context, changes, table([['since', 'state', 'change', 'by', 'whom', 'why refused'], ...rows]));
    return undefined;
  });
};
