import type { RoomId } from '@cloister/wire';
import { expect } from 'vitest';
import { type SdkPerson, until } from '../sdk/sdk-person.ts';
import { insist } from './change.ts';
import type { Journal } from './journal.ts';

/** A file the SDK reported as sent. */
export interface Shared {
  readonly roomId: RoomId;
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Uploads until it worked; what failed on the way is dropped, as a person would before choosing the file again. */
export const share = async (notes: Journal, person: SdkPerson, file: Shared): Promise<Shared> => {
  const { client } = person;
  const { roomId, name, bytes } = file;
  const key = await insist(notes, `share ${name}`, async () => {
    for (const { key, send } of client.timeline(roomId).entries) {
      if (send.state === 'failed') await client.discard(roomId, key);
    }
    return client.upload(roomId, [{ name, blob: new Blob([bytes]) }]);
  });
  await client.sent(roomId, key);
  return file;
};

/** The file stands in the room once, and what comes back is what was given. */
export const checkShared = async ({ client }: SdkPerson, { roomId, name, bytes }: Shared): Promise<void> => {
  const files = () =>
    client.timeline(roomId).entries.flatMap((entry) => (entry.kind === 'files' ? [...entry.files] : []));
  await until(client, () => files().every((file) => file.name.state === 'open'), roomId);
  const [found, ...more] = files().filter((file) => file.name.state === 'open' && file.name.value === name);
  if (found === undefined) throw new Error(`${name} is lost`);
  expect(more).toEqual([]);
  const back = new Uint8Array(await (await client.download(roomId, found)).arrayBuffer());
  expect(Buffer.compare(back, bytes), name).toBe(0);
};
