import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { findRoom } from '../find.ts';
import { print } from '../print.ts';

export const roomLeave: Command = async (context) => {
  const [wanted] = context.words;
  if (wanted === undefined) throw usageFailure('which room?', 'cloister room leave Plans');
  return acting(context, async (client) => {
    const { id } = await findRoom(client, wanted);
    await client.rooms.leave(id);
    print(context, { room: id }, []);
    return undefined;
  });
};
