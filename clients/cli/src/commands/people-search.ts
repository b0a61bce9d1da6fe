import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { print, table } from '../print.ts';

export const peopleSearch: Command = async (context) => {
  const query = context.words.join(' ');
  if (query === '') throw usageFailure('search for whom?', 'cloister people search aoi --as alice@acme.example');
  return acting(context, async (client) => {
    const people = await client.people.search(query);
    const rows = people.map(({ name, email, id }) => [name, email ?? '', id]);
    if (context.args.json) for (const person of people) print(context, person, []);
    else print(context, people, rows.length === 0 ? ['nobody'] : table(rows));
    return undefined;
  });
};
