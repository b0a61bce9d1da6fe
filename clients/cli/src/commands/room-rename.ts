import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { findRoom } from '../find.ts';
import { print } from '../print.ts';

export const roomRename: Command = async (context) => {
  const [wanted, title] = context.words;
  if (wanted === undefined || title === undefined) {
    throw usageFailure('which room, and what is it called now?', 'cloister room rename Plans "Plans for May"');
  }
  return acting(context, async (client) => {
    const { id } = await findRoom(client, wanted);
    await client.rooms.rename(id, title);
    print(context, { room: id, title }, []);
    return undefined;
  });
};
