import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { titleOf } from '../find.ts';
import { print, table } from '../print.ts';

export const roomList: Command = (context) =>
  acting(context, async (client) => {
    const { rooms } = client.snapshot();
    const titles = await Promise.all(rooms.map((room) => titleOf(client, room)));
    const listed = rooms.map(({ id, people, unread, updated }, at) => ({
      id,
      title: titles[at] ?? '',
      people: people.length,
      unread,
      updated,
    }));
    if (context.args.json) for (const room of listed) print(context, room, []);
    else {
      const rows = listed.map(({ id, title, people, unread }) => [
        id,
        title,
        `${people} ${people === 1 ? 'person' : 'people'}`,
        unread === 0 ? '' : `${unread} unread`,
      ]);
      print(context, listed, rows.length === 0 ? ['no rooms yet'] : table(rows));
    }
    return undefined;
  });
