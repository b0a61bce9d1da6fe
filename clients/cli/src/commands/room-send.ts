import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { Failure, usageFailure } from '../failure.ts';
import { findRoom } from '../find.ts';
import { print } from '../print.ts';
import { sentWithin } from '../sent-within.ts';

export const roomSend: Command = async (context) => {
  const [wanted, ...rest] = context.words;
  if (wanted === undefined || rest.length === 0) {
    throw usageFailure('which room, and what?', 'cloister room send Plans "Lunch at noon?"');
  }
  const text = rest.join(' ') === '-' ? (await context.io.input()).replace(/\n$/, '') : rest.join(' ');
  if (text.trim() === '') throw new Failure('client/invalid-request', 'the message is empty');
  return acting(context, async (client) => {
    const { id } = await findRoom(client, wanted);
    await client.rooms.open(id);
    const key = await client.send(id, { text });
    const entry = await sentWithin(client, id, key);
    print(context, { room: id, id: entry.id, position: entry.position }, []);
    return undefined;
  });
};
