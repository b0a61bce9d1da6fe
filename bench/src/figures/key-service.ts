import type { Constellation } from '@cloister/testkit';
import { bareHandshake } from '../bare/handshake.ts';
import { bareRetrieval } from '../bare/retrieval.ts';
import { costFigure, type Figure } from '../figure.ts';
import { discover, Relay } from '../load/channel.ts';
import { openDevice } from '../load/device.ts';
import { Handshakes, type Talker } from '../load/handshakes.ts';
import { SocketHttp } from '../load/http.ts';
import { tokensOf } from '../load/person.ts';
import { openRetrievals } from '../load/retrievals.ts';
import { inRounds } from '../measure/rounds.ts';
import { spent, spentHere, total } from '../measure/spent.ts';

const people = ['alice', 'aoi', 'ben', 'minjun', 'chloe'];
const rounds = 7;
/** A slice: handshakes of each person, bare handshakes, batches of 50 retrievals. */
const each = 12;
const bareShakes = 60;
const batches = 40;
const size = 50;
const warmUp = 300;

/** `channel`, `key-retrieval` and `key-retrieval-relayed`: CPU of the real processes, the load generator not counted. */
export async function keyServiceFigures(all: Constellation): Promise<Record<string, Figure>> {
  const { http, talkers, trusted } = await openTalkers(all);
  const handshakes = new Handshakes(trusted, talkers);
  const retrievals = await Promise.all(talkers.map((talker) => openRetrievals(trusted, talker)));
  const shakeBare = bareHandshake();
  const retrieveBare = await bareRetrieval(all);
  const pid = (name: string) => all.deployment.pid(name) ?? 0;
  const postgres = { postgres: pid('postgres') };
  const pids = { kms: pid('acme-kms'), hsm: pid('acme-hsm'), ...postgres, core: pid('core') };

  // Everybody at once, each a batch at a time.
  const retrieve = async (count: number) => {
    const sends = await Promise.all(retrievals.map((each) => each.prepare(count / retrievals.length, size)));
    return () => Promise.all(sends.map((send) => send()));
  };
  const slices = {
    'bare channel': async () => ({ bare: await spentHere(bareShakes, () => times(bareShakes, shakeBare)) }),
    channel: async () => {
      const { count, send } = await handshakes.prepare(each);
      return spent(pids, count, send);
    },
    'bare key-retrieval': async () => {
      let bare = 0;
      const work = () => times(batches, () => retrieveBare.batch(size));
      const database = await spent(postgres, batches * size, async () => {
        bare = await spentHere(batches * size, work);
      });
      return { bare, ...database };
    },
    'key-retrieval': async () => spent(pids, batches * size, await retrieve(batches)),
  };
  // The servers' code is compiled by use, as it is in a server that has run for a while.
  await (await retrieve(warmUp))();
  await times(warmUp, () => retrieveBare.batch(size));
  await (await handshakes.prepare(2 * each)).send();
  const median = await inRounds(rounds, slices);

  for (const { device } of talkers) device.close();
  http.close();
  await retrieveBare.close();
  const bare = total(median['bare key-retrieval']);
  return {
    channel: costFigure(keyServer(median.channel), total(median['bare channel']), 0.6),
    'key-retrieval': costFigure(keyServer(median['key-retrieval']), bare, 0.4),
    'key-retrieval-relayed': costFigure(total(median['key-retrieval']), bare, 0.2),
  };
}

async function openTalkers(all: Constellation) {
  const origin = all.endpoints.core;
  const socketPath = all.deployment.layout.socket('core');
  const http = new SocketHttp(socketPath, origin);
  const kmsHost = all.endpoints.organisations[0]?.kmsHost ?? '';
  const talkers: Talker[] = [];
  for (const name of people) {
    const tokens = await tokensOf(all, name);
    const device = await openDevice({ http, socketPath, origin, tokens });
    talkers.push({ device, tokens, relay: new Relay(http, device, tokens, kmsHost) });
  }
  const [first] = talkers;
  if (first === undefined) throw new Error('nobody to talk');
  return { http, talkers, trusted: await discover(all, http, first.tokens) };
}

/** The key server, its key store, and all of PostgreSQL; relaying adds the core. */
const keyServer = ({ kms = 0, hsm = 0, postgres = 0 }: Readonly<Record<string, number>>) => kms + hsm + postgres;

async function times(count: number, work: () => unknown): Promise<void> {
  for (let index = 0; index < count; index++) await work();
}
