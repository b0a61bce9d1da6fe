import type { Client } from '@cloister/sdk';
import type { RoomId, UserId } from '@cloister/wire';
import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { findPerson, findRoom } from '../find.ts';
import { print } from '../print.ts';

const changing =
  (example: string, change: (client: Client, room: RoomId, people: readonly UserId[]) => Promise<void>): Command =>
  async (context) => {
    const [room, ...wanted] = context.words;
    if (room === undefined || wanted.length === 0) throw usageFailure('which room, and who?', example);
    return acting(context, async (client) => {
      const { id } = await findRoom(client, room);
      const people = await Promise.all(wanted.map((person) => findPerson(client, person)));
      await change(client, id, people);
      print(context, { room: id, people }, []);
      return undefined;
    });
  };

export const roomAdd = changing('cloister room add Plans ben@acme.example', (client, room, people) =>
  client.rooms.add(room, people),
);

export const roomRemove = changing('cloister room remove Plans ben@acme.example', async (client, room, people) => {
  for (const person of people) await client.rooms.remove(room, person);
});

export const roomAppoint = changing('cloister room appoint Plans ben@acme.example', async (client, room, people) => {
  for (const person of people) await client.rooms.appoint(room, person);
});

export const roomDismiss = changing('cloister room dismiss Plans ben@acme.example', async (client, room, people) => {
  for (const person of people) await client.rooms.dismiss(room, person);
});
