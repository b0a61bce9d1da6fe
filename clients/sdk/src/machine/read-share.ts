import { type Activity, type Conversation, parseActivityObject, type RoomId } from '@cloister/wire';
import { readFile } from '../rooms/read-file.ts';
import type { Share } from './machine-client.ts';

/** The share in an entry, `undefined` when it is none or its content is gone. */
export const readShare = (room: Conversation, activity: Activity): Share | undefined => {
  const { id, encryptionKeyUrl: keyUri, verb } = activity;
  const object = parseActivityObject(activity);
  const resourceUri = room.kmsResourceObjectUrl ?? undefined;
  if (verb !== 'share' || object.objectType !== 'content' || keyUri === undefined || resourceUri === undefined) {
    return undefined;
  }
  const files = object.files.items.flatMap((file) => readFile(file, keyUri) ?? []);
  // Emptied by its author; a share that lost a single file's reference is none that can be answered by position.
  if (files.length === 0 || files.length !== object.files.items.length) return undefined;
  return { roomId: room.id as RoomId, id, keyUri, resourceUri, files };
};
