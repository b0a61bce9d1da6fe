import { randomUUID } from 'node:crypto';
import type { Constellation } from '@cloister/testkit';
import { type Figure, peerFigure } from '../figure.ts';
import { bearer, type LoadDevice, openDevice } from '../load/device.ts';
import { SocketHttp } from '../load/http.ts';
import { makeRooms } from '../load/room.ts';

const roomCount = 200;
const readersEach = 10;
const posts = 4000;
const parallel = 16;

/** Posts spread over 200 rooms, each fanned out to 10 sockets: the peer does 1,000 a second on one core with its database. */
export async function roomFigures(all: Constellation): Promise<Record<string, Figure>> {
  const origin = all.endpoints.core;
  const socketPath = all.deployment.layout.socket('core');
  const rooms = await makeRooms(all, roomCount);
  const [first] = rooms;
  if (first === undefined) throw new Error('no room was made');
  const http = new SocketHttp(socketPath, origin);
  const devices: LoadDevice[] = [];
  for (let index = 0; index < readersEach; index++) {
    devices.push(await openDevice({ http, socketPath, origin, tokens: first.tokens, lean: true }));
  }
  let left = posts;
  const started = performance.now();
  const worker = async () => {
    while (left > 0) {
      const room = rooms[left % roomCount] ?? first;
      left -= 1;
      await http.json('POST', `${room.path}/activities`, bearer(room.tokens), {
        verb: 'post',
        objectType: 'activity',
        clientTempId: randomUUID(),
        actor: { id: room.tokens.userId, objectType: 'person' },
        object: { objectType: 'comment', displayName: room.sealedText },
        target: { id: room.id, objectType: 'conversation' },
        encryptionKeyUrl: room.keyUri,
      });
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  const rate = posts / ((performance.now() - started) / 1000);
  for (const device of devices) device.close();
  http.close();
  return { 'post-rate-200-rooms-of-10': peerFigure(rate, 1000, 'posts/s', 'more') };
}
