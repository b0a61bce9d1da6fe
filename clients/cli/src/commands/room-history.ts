import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { entryJson, entryLine, isSettled } from '../entry-line.ts';
import { Failure, usageFailure } from '../failure.ts';
import { findRoom } from '../find.ts';
import { nameOrganisations } from '../organisations.ts';
import { until } from '../until.ts';

export const roomHistory: Command = async (context) => {
  const { io, args, words } = context;
  const [wanted] = words;
  if (wanted === undefined) throw usageFailure('which room?', 'cloister room history Plans --limit 20');
  const limit = args.limit ?? 50;
  return acting(context, async (client) => {
    const { id } = await findRoom(client, wanted);
    await client.rooms.open(id);
    await nameOrganisations(client, id);
    while (client.timeline(id).entries.length < limit && client.timeline(id).hasOlder) await client.history.older(id);
    const newest = () => {
      const entries = client.timeline(id).entries.slice(-limit);
      return entries.every(isSettled) ? entries : undefined;
    };
    const late = () => new Failure('kms/timeout', 'the key server does not answer');
    for (const entry of await until(client, newest, 60_000, late, id)) {
      io.out(args.json ? JSON.stringify(await entryJson(client, entry)) : await entryLine(client, entry));
    }
    return undefined;
  });
};
