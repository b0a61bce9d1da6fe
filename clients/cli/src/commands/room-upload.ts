import { openAsBlob } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { FileSource } from '@cloister/sdk';
import { acting } from '../acting.ts';
import type { Command } from '../command.ts';
import { Failure, usageFailure } from '../failure.ts';
import { findRoom } from '../find.ts';
import { print } from '../print.ts';
import { sentWithin } from '../sent-within.ts';

export const roomUpload: Command = async (context) => {
  const { io, args, words } = context;
  const [wanted, ...paths] = words;
  if (wanted === undefined || paths.length === 0) {
    throw usageFailure('which room, and which file?', 'cloister room upload Plans ./menu.pdf');
  }
  const files = await Promise.all(paths.map((path) => openFile(resolve(io.folder, path))));
  return acting(context, async (client) => {
    const { id } = await findRoom(client, wanted);
    await client.rooms.open(id);
    const message = args.message === undefined ? {} : { message: { text: args.message } };
    let shown = 0;
    const key = await client.upload(id, files, {
      ...message,
      onProgress: ({ done, total }) => {
        const percent = total === 0 ? 100 : Math.floor((done * 100) / total);
        if (args.json || percent < shown + 10) return;
        shown = percent;
        io.err(`${percent} %`);
      },
    });
    const entry = await sentWithin(client, id, key);
    print(context, { room: id, id: entry.id, position: entry.position }, []);
    return undefined;
  });
};

const openFile = async (path: string): Promise<FileSource> => {
  try {
    return { name: basename(path), blob: await openAsBlob(path) };
  } catch (cause) {
    throw new Failure('client/not-found', `cannot read ${path}`, { cause });
  }
};
