import { writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Client, FileView } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { isSettled } from '../entry-line.ts';
import { Failure, usageFailure } from '../failure.ts';
import { findRoom } from '../find.ts';
import { print } from '../print.ts';
import { until } from '../until.ts';

/** Fetches the newest file of that name (or id); never over a file that exists. */
export const roomDownload: Command = async (context) => {
  const { io, args, words } = context;
  const [wanted, name] = words;
  if (wanted === undefined || name === undefined) {
    throw usageFailure('which room, and which file?', 'cloister room download Plans menu.pdf');
  }
  return acting(context, async (client) => {
    const { id } = await findRoom(client, wanted);
    await client.rooms.open(id);
    const file = await findFile(client, id, name);
    const blob = await client.download(id, file);
    const shown = file.name.state === 'open' ? file.name.value : file.id;
    // The name comes from another person: only its last part, and never a hidden file.
    const path = resolve(io.folder, args.output ?? (basename(shown).replace(/^\.+/, '') || 'file'));
    await writeFile(path, blob.stream(), { flag: 'wx' }).catch((cause: unknown) => {
      throw new Failure('client/storage', `cannot write ${path}`, {
        hint: 'choose another place with --output',
        cause,
      });
    });
    print(context, { room: id, path, size: blob.size }, [path]);
    return undefined;
  });
};

const findFile = async (client: Client, id: RoomId, wanted: string): Promise<FileView> => {
  for (;;) {
    const late = () => new Failure('kms/timeout', 'the key server does not answer');
    const settled = () => (client.timeline(id).entries.every(isSettled) ? client.timeline(id).entries : undefined);
    const entries = await until(client, settled, 60_000, late, id);
    const found = entries
      .flatMap((entry) => (entry.kind === 'files' ? entry.files : []))
      .findLast((file) => file.id === wanted || (file.name.state === 'open' && file.name.value === wanted));
    if (found !== undefined) return found;
    if (!client.timeline(id).hasOlder) throw new Failure('client/not-found', `the room has no file "${wanted}"`);
    await client.history.older(id);
  }
};
