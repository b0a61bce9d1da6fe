import type { Client } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import { acting } from '../acting.ts';
import type { Command, CommandContext } from '../command.ts';
import { entryJson, entryLine, isSettled } from '../entry-line.ts';
import { Failure, usageFailure } from '../failure.ts';
import { findRoom } from '../find.ts';
import { nameOrganisations } from '../organisations.ts';

/** Prints what comes in, until it is stopped or `--count` entries came. */
export const roomTail: Command = async (context) => {
  const [wanted] = context.words;
  if (wanted === undefined) throw usageFailure('which room?', 'cloister room tail Plans');
  return acting(context, async (client) => {
    const { id } = await findRoom(client, wanted);
    await client.rooms.open(id);
    await nameOrganisations(client, id);
    await follow(context, client, id);
    return undefined;
  });
};

const follow = async ({ io, args }: CommandContext, client: Client, id: RoomId): Promise<void> => {
  let after = client.timeline(id).entries.findLast(({ position }) => position !== undefined)?.position ?? 0;
  let left = args.count ?? Number.POSITIVE_INFINITY;
  if (!args.json) io.err('following; Ctrl-C ends');
  while (left > 0 && !io.signal.aborted) {
    const ready = [];
    for (const entry of client.timeline(id).entries) {
      if (entry.position === undefined || entry.position <= after) continue;
      // In order: what is still opening holds back what came later.
      if (!isSettled(entry)) break;
      ready.push(entry);
    }
    for (const entry of ready.slice(0, left)) {
      after = entry.position ?? after;
      left -= 1;
      io.out(args.json ? JSON.stringify(await entryJson(client, entry)) : await entryLine(client, entry));
    }
    if (ready.length > 0) continue;
    if (client.snapshot().rooms.every((room) => room.id !== id)) {
      throw new Failure('core/not-found', 'you are no longer in this room');
    }
    await change(client, id, io.signal);
  }
};

const change = (client: Client, id: RoomId, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const finish = () => {
      unsubscribe();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const unsubscribe = client.subscribeTimeline(id, finish);
    signal.addEventListener('abort', finish);
  });
