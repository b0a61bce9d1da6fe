import { loadavg } from 'node:os';
import { seeded } from '@cloister/search-tests';
import { constellation } from '@cloister/testkit';
import { type Figure, limitFigure, peerFigure } from '../figure.ts';
import { percentile } from '../measure/percentile.ts';
import { median } from '../measure/rounds.ts';
import { spent, total } from '../measure/spent.ts';
import { openLiveRooms } from '../search/live-rooms.ts';
import { openSearcher } from '../search/searcher.ts';

const roomCount = 40;
/** Of a room and round. */
const messages = 100;
const rounds = 5;
/** Messages a CPU second that are asked of everything together. */
const least = 1500;
const searches = 30;
/** The core takes 20 queries of one person in 10 seconds. */
const pauseMs = 600;
/** Milliseconds to the first result. */
const mostMs = 300;

/**
 * `index-end-to-end`: CPU of core, PostgreSQL and indexer from the log to the index, with real servers; `search-first-hit`: from the
 * question to the first message found, opened by the SDK's client, over the same servers. A screen is not in it.
 */
export async function indexLiveFigures(): Promise<Record<string, Figure>> {
  const all = await constellation({ search: true });
  const rooms = await openLiveRooms(all, roomCount);
  const pids = Object.fromEntries(
    ['core', 'postgres', 'acme-indexer'].map((name) => [name, all.deployment.pid(name) ?? 0]),
  );
  const searcher = await openSearcher(all, 'alice');
  try {
    const costs: Record<string, number>[] = [];
    for (let round = 0; round <= rounds; round++) {
      await rooms.write(messages);
      const cost = await spent(pids, roomCount * (messages + 1), () => rooms.index());
      // The first is for the compiler.
      if (round > 0) costs.push(cost);
    }
    const each = Object.keys(pids).map((name) => `${name} ${median(costs.map((cost) => cost[name] ?? 0)).toFixed(0)}`);
    process.stderr.write(`  ${each.join(', ')} (µs CPU/message); load ${(loadavg()[0] ?? 0).toFixed(1)}\n`);
    const random = seeded('bench/searches');
    const firsts: number[] = [];
    const ends: number[] = [];
    for (let done = -3; done < searches; done++) {
      const { first, all: end } = await searcher.search(rooms.english.words[50 + random.below(150)] ?? '');
      if (done >= 0) ends.push(end);
      if (done >= 0 && first !== undefined) firsts.push(first);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    process.stderr.write(
      `  first hit of ${firsts.length} searches: median ${median(firsts).toFixed(0)}, p95 ${percentile(firsts, 0.95).toFixed(0)}; all: ${median(ends).toFixed(0)} (ms)\n`,
    );
    const rate = median(costs.map((cost) => 1e6 / total(cost)));
    return {
      'index-end-to-end': { ...peerFigure(rate, least, 'messages/CPU-s', 'more'), goal: 1 },
      'search-first-hit': limitFigure(median(firsts), mostMs, 'ms, median, in the SDK'),
    };
  } finally {
    await searcher.close();
    await rooms.close();
    await all.stop();
  }
}
