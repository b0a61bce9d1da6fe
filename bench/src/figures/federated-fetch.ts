import { constellation } from '@cloister/testkit';
import { type Figure, limitFigure } from '../figure.ts';
import { sealRequest } from '../load/channel.ts';
import { drive } from '../load/drive.ts';
import { openLateRelay } from '../load/late-relay.ts';
import { openParty, type Party } from '../load/party.ts';
import { makeRoom } from '../load/room.ts';
import { median } from '../measure/rounds.ts';

/** Each from realms that have never met. */
const rounds = 3;
const roundTripMs = 50;
const keys = 300;
/** What the core takes in one request. */
const mostAtOnce = 100;

/**
 * `federated-fetch`: milliseconds until somebody has the first key of a room of another organisation, while everything
 * between their own key server and the core takes a round trip of 50 ms; `federated-fetch-300`: until they have the 300
 * others of it, asked for at once.
 */
export async function federatedFetchFigures(): Promise<Record<string, Figure>> {
  const taken: { readonly first: number; readonly all: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    taken.push(await fetchOnce());
    const { first, all } = taken.at(-1) ?? { first: 0, all: 0 };
    process.stderr.write(`  federated-fetch: first ${first.toFixed(1)}, ${keys} more ${all.toFixed(1)} (ms)\n`);
  }
  const limit = 4 * roundTripMs;
  return {
    'federated-fetch': limitFigure(median(taken.map(({ first }) => first)), limit, 'ms, first key'),
    [`federated-fetch-${keys}`]: limitFigure(median(taken.map(({ all }) => all)), limit + keys, `ms, ${keys} keys`),
  };
}

const fetchOnce = async (): Promise<{ first: number; all: number }> => {
  const relay = await openLateRelay(roundTripMs / 2);
  const all = await constellation({
    configure: (server, config) => {
      if (server !== 'globex-kms') return config;
      const { core } = config as { core: { url: string } };
      const url = new URL(core.url);
      relay.to = Number(url.port);
      url.port = String(relay.port);
      return { ...config, core: { ...core, url: url.href } };
    },
  });
  try {
    const room = await makeRoom(all, 'grace');
    const [alice, grace] = [await openParty(all, 'alice'), await openParty(all, 'grace')];
    const more = await bindKeys(alice, room.resourceUri);
    const first = await took(grace, [room.keyUri]);
    const rest = await took(grace, more);
    for (const party of [alice, grace]) party.close();
    return { first, all: rest };
  } finally {
    await all.stop();
    relay.close();
  }
};

type Ask = Readonly<Record<string, unknown>>;
type Answer = { readonly status: number; readonly keys?: readonly { readonly uri: string }[] };

/** Asks for as many at once as the core takes, and for two times that: of more than 256 answers it keeps none for a slow reader. */
const ask = async ({ relay, channel, device, tokens }: Party, asks: readonly Ask[]): Promise<Answer[]> => {
  const sealed = await Promise.all(asks.map((each) => sealRequest(channel, device, tokens, each)));
  const batches = Array.from({ length: Math.ceil(sealed.length / mostAtOnce) }, (_, index) =>
    sealed.slice(index * mostAtOnce, (index + 1) * mostAtOnce),
  );
  const replies: string[] = [];
  await drive(batches.length, 2, async () => {
    replies.push(...(await relay.send(batches.shift() ?? [])));
  });
  const answers = (await Promise.all(replies.map((reply) => channel.open(reply)))) as unknown as Answer[];
  const refused = answers.find(({ status }) => status >= 400);
  if (refused !== undefined) throw new Error(`the key server refused: ${JSON.stringify(refused)}`);
  return answers;
};

/** Keys of one who is in the room, for the room. */
const bindKeys = async (party: Party, resourceUri: string): Promise<string[]> => {
  const made = await ask(
    party,
    Array.from({ length: keys / mostAtOnce }, () => ({ method: 'create', uri: '/keys', count: mostAtOnce })),
  );
  const uris = made.flatMap((answer) => (answer.keys ?? []).map(({ uri }) => uri));
  await ask(
    party,
    uris.map((uri) => ({ method: 'update', uri, resourceUri })),
  );
  return uris;
};

const took = async (party: Party, uris: readonly string[]): Promise<number> => {
  const asks = uris.map((uri) => ({ method: 'retrieve', uri }));
  const began = performance.now();
  await ask(party, asks);
  return performance.now() - began;
};
