import { loadavg } from 'node:os';
import { hasChromium } from '@cloister/browser';
import { type Random, seeded } from '@cloister/search-tests';
import { type Constellation, constellation } from '@cloister/testkit';
import { type Figure, limitFigure, peerFigure } from '../figure.ts';
import { percentile } from '../measure/percentile.ts';
import { median } from '../measure/rounds.ts';
import { spent, total } from '../measure/spent.ts';
import { type LiveRooms, openLiveRooms } from '../search/live-rooms.ts';
import { openScreen, type ScreenTimes } from '../search/screen.ts';

const roomCount = 100;
/** Of a room and round. */
const messages = 100;
const rounds = 5;
/** Messages a CPU second that are asked of everything together. */
const least = 1500;
const searches = 60;
/** Visits of which the first search counts. */
const visits = 10;
/** The core takes 20 queries of one person in 10 seconds. */
const pauseMs = 600;
/** Milliseconds to the first result. */
const mostMs = 300;

/**
 * `index-end-to-end`: CPU of core, PostgreSQL and indexer from the log to the index, with real servers; `search-screen`: from Enter in
 * the search field of the web client in Chromium to the first message found on the screen, over the same servers.
 */
export async function indexLiveFigures(): Promise<Record<string, Figure>> {
  const all = await constellation({ search: true, web: hasChromium });
  try {
    const rooms = await openLiveRooms(all, roomCount);
    try {
      const rate = await indexing(all, rooms);
      if (hasChromium) return { ...rate, ...(await screens(all, rooms)) };
      process.stderr.write('  no Chromium at /usr/bin/chromium: search-screen is not measured\n');
      return rate;
    } finally {
      await rooms.close();
    }
  } finally {
    await all.stop();
  }
}

async function indexing(all: Constellation, rooms: LiveRooms): Promise<Record<string, Figure>> {
  const pids = Object.fromEntries(
    ['core', 'postgres', 'acme-indexer'].map((name) => [name, all.deployment.pid(name) ?? 0]),
  );
  const costs: Record<string, number>[] = [];
  for (let round = 0; round <= rounds; round++) {
    await rooms.write(messages);
    const cost = await spent(pids, roomCount * (messages + 1), () => rooms.index());
    // The first is for the compiler.
    if (round > 0) costs.push(cost);
  }
  const each = Object.keys(pids).map((name) => `${name} ${median(costs.map((cost) => cost[name] ?? 0)).toFixed(0)}`);
  process.stderr.write(`  ${each.join(', ')} (µs CPU/message); load ${load()}\n`);
  const rate = median(costs.map((cost) => 1e6 / total(cost)));
  return { 'index-end-to-end': { ...peerFigure(rate, least, 'messages/CPU-s', 'more'), goal: 1 } };
}

async function screens(all: Constellation, { english }: LiveRooms): Promise<Record<string, Figure>> {
  const random = seeded('bench/searches');
  const screen = await openScreen(all, 'alice');
  const one = async (): Promise<ScreenTimes> => {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    return screen.search(wordOf(english.words, random));
  };
  try {
    const first: ScreenTimes[] = [];
    for (let visit = 0; visit < visits; visit++) {
      await screen.reload();
      first.push(await one());
    }
    const later: ScreenTimes[] = [];
    for (let done = 0; done < searches; done++) later.push(await one());
    tell('first of a visit', first);
    tell('later', later);
    const painted = later.map((times) => times.painted);
    return {
      'search-screen': limitFigure(median(painted), mostMs, 'ms to the screen, median'),
      'search-screen-p95': limitFigure(percentile(painted, 0.95), mostMs, 'ms to the screen, p95'),
      'search-screen-first': limitFigure(median(first.map((times) => times.painted)), mostMs, 'ms, first of a visit'),
    };
  } finally {
    await screen.close();
  }
}

/** One that some hundred messages have. */
const wordOf = (words: readonly string[], random: Random): string => words[50 + random.below(150)] ?? '';

function tell(what: string, times: readonly ScreenTimes[]): void {
  const asked = times.map((each) => each.asked);
  const painted = times.map((each) => each.painted);
  const both = (values: readonly number[]) =>
    `${median(values).toFixed(0)}, p95 ${percentile(values, 0.95).toFixed(0)}`;
  process.stderr.write(
    `  ${what}: asked after ${both(asked)}; on the screen after ${both(painted)} (ms); load ${load()}\n`,
  );
}

const load = (): string => (loadavg()[0] ?? 0).toFixed(1);
