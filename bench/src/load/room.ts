import { randomUUID } from 'node:crypto';
import { SecretKey, sealText } from '@cloister/seal';
import type { Constellation } from '@cloister/testkit';
import { discover, handshake, Relay, sealRequest } from './channel.ts';
import { bearer, openDevice } from './device.ts';
import { SocketHttp } from './http.ts';
import { type Tokens, tokensOf } from './person.ts';

/** A room with a bound key, made as a published client makes one, and a text sealed for it. */
export interface LoadRoom {
  readonly id: string;
  readonly path: string;
  readonly keyUri: string;
  readonly resourceUri: string;
  readonly sealedText: string;
  /** Seals another text for it. */
  readonly seal: (text: string) => Promise<string>;
  readonly tokens: Tokens;
}

export async function makeRoom(all: Constellation, guest?: string): Promise<LoadRoom> {
  const [room] = await makeRooms(all, 1, guest);
  if (room === undefined) throw new Error('no room was made');
  return room;
}

/** Rooms of Alice with somebody in them, Ben unless told. */
export async function makeRooms(all: Constellation, count: number, guest = 'ben'): Promise<LoadRoom[]> {
  const origin = all.endpoints.core;
  const socketPath = all.deployment.layout.socket('core');
  const http = new SocketHttp(socketPath, origin);
  const tokens = await tokensOf(all, 'alice');
  const device = await openDevice({ http, socketPath, origin, tokens });
  const trusted = await discover(all, http, tokens);
  const relay = new Relay(http, device, tokens, trusted.staticKey.host);
  const shake = await handshake(trusted, device, tokens);
  const channel = await shake.finish((await relay.send([shake.message]))[0] ?? '');
  const rooms: LoadRoom[] = [];
  for (let index = 0; index < count; index++) {
    const [reply = ''] = await relay.send([
      await sealRequest(channel, device, tokens, { method: 'create', uri: '/keys', count: 1 }),
    ]);
    const { keys } = (await channel.open(reply)) as unknown as {
      keys: { uri: string; jwk: { kty: string; k: string; kid: string } }[];
    };
    const [key] = keys;
    if (key === undefined) throw new Error('the key server made no key');
    const secret = SecretKey.fromJwk(key.jwk);
    const members = [tokens.userId, all.person(guest).id];
    const conversation = (await http.json(
      'POST',
      '/conversation/api/v1/conversations',
      { ...bearer(tokens), 'cisco-device-url': device.url },
      {
        objectType: 'conversation',
        displayName: await sealText(secret, `bench ${index}`),
        encryptionKeyUrl: key.uri,
        defaultActivityEncryptionKeyUrl: key.uri,
        activities: {
          items: [
            { verb: 'create', objectType: 'activity', actor: { id: tokens.userId, objectType: 'person' } },
            ...members.map((id) => ({
              verb: 'add',
              objectType: 'activity',
              actor: { id: tokens.userId, objectType: 'person' },
              object: { objectType: 'person', id },
            })),
          ],
        },
        participants: { items: [] },
        kmsMessage: await sealRequest(channel, device, tokens, {
          method: 'create',
          uri: '/resources',
          userIds: members,
          keyUris: [key.uri],
        }),
        clientTempId: randomUUID(),
      },
    )) as { id: string; url: string; kmsResourceObjectUrl: string };
    rooms.push({
      id: conversation.id,
      path: new URL(conversation.url).pathname,
      keyUri: key.uri,
      resourceUri: conversation.kmsResourceObjectUrl,
      seal: (text) => sealText(secret, text),
      sealedText: await sealText(secret, 'A message of usual length: see you at ten, the figures are in the annex.'),
      tokens,
    });
  }
  device.close();
  http.close();
  return rooms;
}
