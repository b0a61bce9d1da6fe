import { randomUUID } from 'node:crypto';
import type { Constellation } from '@cloister/testkit';
import { barePosts } from '../bare/post.ts';
import { costFigure, type Figure, peerFigure } from '../figure.ts';
import { bearer, type LoadDevice, openDevice } from '../load/device.ts';
import { drive, pace, until } from '../load/drive.ts';
import { SocketHttp } from '../load/http.ts';
import { type LoadRoom, makeRoom } from '../load/room.ts';
import { percentile } from '../measure/percentile.ts';
import { inRounds, median } from '../measure/rounds.ts';
import { spent, total } from '../measure/spent.ts';

const readers = 50;
const concurrency = 8;
const rounds = 5;
/** Posts of a slice. */
const posts = 400;
/** The peer's latency is known at this rate. */
const peerRate = 500;
const pacedSeconds = 4;

/** `post`: one HTTP request in, one entry appended, 50 sockets told; CPU of core and PostgreSQL against the bare server's. */
export async function postFigures(all: Constellation): Promise<Record<string, Figure>> {
  const pid = (name: string) => all.deployment.pid(name) ?? 0;
  const bare = await barePosts(all, readers);
  const room = await openRoom(all);
  const rates: number[] = [];
  const ours = async () => {
    const target = room.delivered() + posts * readers;
    const { seconds } = await drive(posts, concurrency, room.post);
    rates.push(posts / seconds);
    await until(() => room.delivered() >= target);
  };
  const theirs = async () => {
    const target = bare.delivered() + posts * readers;
    await drive(posts, concurrency, bare.post);
    await until(() => bare.delivered() >= target);
  };
  // The servers' code is compiled by use, as it is in a server that has run for a while.
  await ours();
  await theirs();
  rates.length = 0;
  const postgres = { postgres: pid('postgres') };
  const cost = await inRounds(rounds, {
    'bare post': () => spent({ bare: bare.pid, ...postgres }, posts, theirs),
    post: () => spent({ core: pid('core'), ...postgres }, posts, ours),
  });
  const latencies = await pace(peerRate * pacedSeconds, peerRate, room.post);
  bare.close();
  room.close();
  return {
    post: costFigure(total(cost.post), total(cost['bare post']), 0.5),
    'post-rate-room-of-50': peerFigure(median(rates), peerRate, 'posts/s', 'more'),
    'post-p99-room-of-50': peerFigure(percentile(latencies, 0.99), 16, 'ms', 'less'),
  };
}

async function openRoom(all: Constellation) {
  const room = await makeRoom(all);
  const socketPath = all.deployment.layout.socket('core');
  const origin = all.endpoints.core;
  const http = new SocketHttp(socketPath, origin);
  let delivered = 0;
  const devices: LoadDevice[] = [];
  for (let index = 0; index < readers; index++) {
    const device = await openDevice({ http, socketPath, origin, tokens: room.tokens, lean: true });
    device.onEvent = () => {
      delivered += 1;
    };
    devices.push(device);
  }
  return {
    delivered: () => delivered,
    post: () => http.json('POST', `${room.path}/activities`, bearer(room.tokens), postBody(room)),
    close: () => {
      for (const device of devices) device.close();
      http.close();
    },
  };
}

function postBody(room: LoadRoom) {
  const clientTempId = randomUUID();
  return {
    verb: 'post',
    objectType: 'activity',
    clientTempId,
    actor: { id: room.tokens.userId, objectType: 'person' },
    object: { objectType: 'comment', displayName: room.sealedText, content: room.sealedText },
    target: { id: room.id, objectType: 'conversation' },
    encryptionKeyUrl: room.keyUri,
  };
}
