import { makeBatch } from '@cloister/indexer';
import { newContentKey, openText, sealText } from '@cloister/seal';
import { constellation } from '@cloister/testkit';
import { bareIndexing } from '../bare/indexing.ts';
import { type Figure, peerFigure } from '../figure.ts';
import { median } from '../measure/rounds.ts';
import { spentHere } from '../measure/spent.ts';
import { partOf } from '../search/fill.ts';
import { openSearchParts, settings } from '../search/parts.ts';
import { type BenchMessage, type BenchRoom, BenchWorld } from '../search/world.ts';

const rounds = 7;
/** Messages of a round at least: whole rooms. */
const messages = 5000;
/** Messages a CPU second that are asked of an indexer. */
const least = 5000;

/** `index-rate`: CPU of the indexer for opening messages, their terms, counters, tokens and batches, without what brings and takes them. */
export async function indexRateFigures(): Promise<Record<string, Figure>> {
  const all = await constellation();
  const world = new BenchWorld((rounds + 2) * messages, Date.now());
  const parts = await openSearchParts(all, world.organisationId);
  const rates: number[] = [];
  const bareRates: number[] = [];
  const costs: Record<string, number[]> = { open: [], analyse: [], batch: [], bareOpen: [], bareHmac: [] };
  const rooms = world.rooms.values();
  try {
    for (let round = 0; round <= rounds; round++) {
      const key = newContentKey('kms://kms.bench/keys/1');
      const chosen: { room: BenchRoom; said: BenchMessage[]; sealed: string[] }[] = [];
      let count = 0;
      for (const room of rooms) {
        const said = [...world.messagesOf(room)];
        chosen.push({ room, said, sealed: await Promise.all(said.map(({ text }) => sealText(key, text))) });
        count += said.length;
        if (count >= messages) break;
      }
      const opened: Parameters<typeof partOf>[3][] = [];
      const open = await spentHere(count, async () => {
        for (const { said, sealed } of chosen) {
          const texts: string[] = [];
          for (const one of sealed) texts.push(await openText(key, one));
          opened.push(said.map((one, at) => ({ ...one, text: texts[at] ?? '' })));
        }
      });
      let documents: ReturnType<typeof partOf>[] = [];
      const analyse = await spentHere(count, () => {
        documents = chosen.map(({ room }, at) => partOf(parts, room, 0, opened[at] ?? []));
      });
      const batch = await spentHere(count, () => makeBatch(parts, settings, documents));
      const terms = documents.flatMap((part) => part.documents).reduce((sum, { terms: { length } }) => sum + length, 0);
      const bare = bareIndexing('A message of usual length: see you at ten, the figures are in the annex.');
      const bareOpen = await spentHere(count, () => bare.open(count));
      const bareHmac = await spentHere(count, () => bare.hmac(terms));
      // The first is for the compiler.
      if (round === 0) continue;
      rates.push(1e6 / (open + analyse + batch));
      bareRates.push(1e6 / (bareOpen + bareHmac));
      for (const [name, cost] of Object.entries({ open, analyse, batch, bareOpen, bareHmac })) costs[name]?.push(cost);
    }
  } finally {
    await parts.close();
    await all.stop();
  }
  const told = Object.entries(costs).map(([name, each]) => `${name} ${median(each).toFixed(1)}`);
  process.stderr.write(`  ${told.join(', ')} (µs CPU/message)\n`);
  const rate = median(rates);
  return {
    'index-rate': { ...peerFigure(rate, least, 'messages/CPU-s', 'more'), goal: 1 },
    'index-rate-bare': peerFigure(rate, median(bareRates), 'messages/CPU-s', 'more'),
  };
}
