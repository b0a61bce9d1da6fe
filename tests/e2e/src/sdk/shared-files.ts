import type { FilesEntry, FileView } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import type { SdkPerson } from './sdk-person.ts';

/** Shares files by their names, and waits until the core stored them. */
export const shareFiles = async (
  { client }: SdkPerson,
  room: RoomId,
  files: Readonly<Record<string, Uint8Array | string>>,
  type = 'application/octet-stream',
) => {
  const sources = Object.entries(files).map(([name, content]) => ({
    name,
    blob: new Blob([content as Uint8Array<ArrayBuffer> | string], { type }),
  }));
  return client.sent(room, await client.upload(room, sources));
};

/** The share with a file of this name, where somebody sees it. */
export const shareNamed = ({ client }: SdkPerson, room: RoomId, name: string): FilesEntry | undefined =>
  client
    .timeline(room)
    .entries.filter((entry): entry is FilesEntry => entry.kind === 'files')
    .find(({ files }) => files.some(isNamed(name)));

/** The file of this name, where somebody sees it. */
export const fileNamed = (person: SdkPerson, room: RoomId, name: string): FileView | undefined =>
  shareNamed(person, room, name)?.files.find(isNamed(name));

const isNamed = (name: string) => (file: FileView) => file.name.state === 'open' && file.name.value === name;
