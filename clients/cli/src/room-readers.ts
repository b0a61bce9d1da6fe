import type { Client, RoomView, WhoCanRead } from '@cloister/sdk';
import { findRoom } from './find.ts';

/** A room as it is now, and who can read it. It is opened, since people of other organisations are called as entries call them. */
export const roomAndReaders = async (
  client: Client,
  wanted: string,
): Promise<{ readonly room: RoomView; readonly readers: WhoCanRead }> => {
  const { id } = await findRoom(client, wanted);
  await client.rooms.open(id);
  client.timeline(id);
  const readers = await client.rooms.whoCanRead(id);
  return { room: await findRoom(client, id), readers };
};
