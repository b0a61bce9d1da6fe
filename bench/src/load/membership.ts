import { randomUUID } from 'node:crypto';
import type { KeyChannel } from '@cloister/kms-channel';
import { sealRequest } from './channel.ts';
import { bearer, type LoadDevice } from './device.ts';
import type { SocketHttp } from './http.ts';
import type { LoadRoom } from './room.ts';

/** A device with its channel to the key server. */
export interface Changer {
  readonly http: SocketHttp;
  readonly device: LoadDevice;
  readonly channel: KeyChannel;
}

/** Adds a person to a room or takes them out of it: one two-part change. */
export async function changeMember(
  { http, device, channel }: Changer,
  { path, resourceUri, tokens }: LoadRoom,
  verb: 'add' | 'leave',
  person: string,
): Promise<void> {
  const call =
    verb === 'add'
      ? { method: 'create', uri: '/authorizations', resourceUri, userIds: [person] }
      : { method: 'delete', uri: `${resourceUri}/authorizations?authId=${person}` };
  await http.json(
    'POST',
    `${path}/activities`,
    { ...bearer(tokens), 'cisco-device-url': device.url },
    {
      verb,
      objectType: 'activity',
      clientTempId: randomUUID(),
      actor: { id: tokens.userId, objectType: 'person' },
      object: { id: person, objectType: 'person' },
      kmsMessage: await sealRequest(channel, device, tokens, call),
    },
  );
}
