import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { findPerson } from '../find.ts';
import { print } from '../print.ts';

export const roomCreate: Command = async (context) => {
  const [title, ...wanted] = context.words;
  if (title === undefined)
    throw usageFailure('what is the room called?', 'cloister room create "Plans" aoi@acme.example');
  return acting(context, async (client) => {
    const people = await Promise.all(wanted.map((person) => findPerson(client, person)));
    const id = await client.rooms.create({ title, people });
    print(context, { id, title }, [id]);
    return undefined;
  });
};
