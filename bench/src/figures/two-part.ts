import type { Constellation } from '@cloister/testkit';
import { bareTwoPart } from '../bare/two-part.ts';
import { costFigure, type Figure } from '../figure.ts';
import { discover, handshake, Relay } from '../load/channel.ts';
import { openDevice } from '../load/device.ts';
import { drive } from '../load/drive.ts';
import { SocketHttp } from '../load/http.ts';
import { changeMember } from '../load/membership.ts';
import { makeRooms } from '../load/room.ts';
import { inRounds } from '../measure/rounds.ts';
import { spent, total } from '../measure/spent.ts';

const rooms = 8;
const rounds = 5;
/** Changes of a slice: each room's person comes and goes. */
const changes = 160;

/** `two-part`: a person added or removed in core and key server, against the bare transactions that needs. */
export async function twoPartFigures(all: Constellation): Promise<Record<string, Figure>> {
  const pid = (name: string) => all.deployment.pid(name) ?? 0;
  const postgres = { postgres: pid('postgres') };
  const load = await openLoad(all);
  const bare = await bareTwoPart(all, rooms);
  const ours = () => drive(changes, rooms, load.change);
  const theirs = () => drive(changes, rooms, bare.change);
  try {
    await ours();
    await theirs();
    const cost = await inRounds(rounds, {
      'bare two-part': () => spent({ bare: process.pid, ...postgres }, changes, theirs),
      'two-part': () =>
        spent({ core: pid('core'), kms: pid('acme-kms'), hsm: pid('acme-hsm'), ...postgres }, changes, ours),
    });
    return { 'two-part': costFigure(total(cost['two-part']), total(cost['bare two-part']), 0.25) };
  } finally {
    await bare.close();
    load.close();
  }
}

/** Each worker has a room of its own, as changes of one room stand in line. */
async function openLoad(all: Constellation) {
  const origin = all.endpoints.core;
  const socketPath = all.deployment.layout.socket('core');
  const made = await makeRooms(all, rooms);
  const [first] = made;
  if (first === undefined) throw new Error('no room was made');
  const { tokens } = first;
  const http = new SocketHttp(socketPath, origin);
  const device = await openDevice({ http, socketPath, origin, tokens });
  const trusted = await discover(all, http, tokens);
  const relay = new Relay(http, device, tokens, trusted.staticKey.host);
  const shake = await handshake(trusted, device, tokens);
  const channel = await shake.finish((await relay.send([shake.message]))[0] ?? '');
  const person = all.person('aoi').id;
  const free = made.map((room) => ({ room, verb: 'add' as 'add' | 'leave' }));
  return {
    change: async () => {
      const mine = free.shift();
      if (mine === undefined) throw new Error('more workers than rooms');
      await changeMember({ http, device, channel }, mine.room, mine.verb, person);
      free.push({ room: mine.room, verb: mine.verb === 'add' ? 'leave' : 'add' });
    },
    close: () => {
      device.close();
      http.close();
    },
  };
}
