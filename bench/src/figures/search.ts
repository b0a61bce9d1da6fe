import { loadavg } from 'node:os';
import { sql } from '@cloister/database';
import { seeded } from '@cloister/search-tests';
import { type Constellation, constellation } from '@cloister/testkit';
import { type Figure, limitFigure } from '../figure.ts';
import { percentile } from '../measure/percentile.ts';
import { median } from '../measure/rounds.ts';
import { spent, spentHere, total } from '../measure/spent.ts';
import { type Asking, ask, queryOf } from '../search/ask.ts';
import { askPlain } from '../search/ask-plain.ts';
import { fill } from '../search/fill.ts';
import { openSearchParts, type SearchParts } from '../search/parts.ts';
import { stored } from '../search/stored.ts';
import { type Asker, BenchWorld } from '../search/world.ts';
import { indexPlain, join, writeRooms } from '../search/write-log.ts';

const messages = Number(process.env.CLOISTER_BENCH_MESSAGES ?? 1_000_000);
/** Rooms of the asker, and the milliseconds that 95 of 100 queries of two words may take in the servers. */
const sizes = [
  [100, 50],
  [10, 50],
  [1000, 200],
] as const;
const rounds = 5;
/** Queries of a round. */
const queries = 30;
/** At most so many times what the peer takes. */
const mostTimes = 1.5;
/** Bytes of a stored posting. */
const mostBytes = 12;

/** `search-size`, `search-or`, `search-and`: one index of a million messages, beside PostgreSQL's full-text search over the same. */
export async function searchFigures(): Promise<Record<string, Figure>> {
  const all = await constellation();
  const world = new BenchWorld(messages, Date.now());
  const parts = await openSearchParts(all, world.organisationId);
  const figures: Record<string, Figure> = {};
  try {
    await writeRooms(parts.core, world);
    await fill(parts, world, async () => {
      await indexPlain(parts.core);
      const { bytes, postings, plainBytes, counterBytes } = await stored(parts);
      const perMessage = (each: number) => (each / messages).toFixed(1);
      process.stderr.write(
        `  ${postings} postings, ${perMessage(postings)} a message; bytes a message: ${perMessage(bytes)}, plaintext's index ${perMessage(plainBytes)} (${(bytes / plainBytes).toFixed(2)} times), the indexer's counters ${perMessage(counterBytes)}\n`,
      );
      figures['search-size'] = limitFigure(bytes / postings, mostBytes, 'bytes a stored posting');
      figures['search-size-times-plain'] = stated(bytes / plainBytes, 'times plaintext index');
    });
    await parts.core.execute(sql`vacuum analyze`);
    for (const [size, limit] of sizes) {
      const name = size === 100 ? '' : `-${size}`;
      const { or, and } = await measure(all, parts, world, size);
      const cost = { value: or.cpu, unit: 'ms CPU/query', bare: or.plainCpu };
      figures[`search-or${name}`] = { ...cost, ratio: round(or.plainCpu / or.cpu), goal: round(1 / mostTimes) };
      figures[`search-and${name}`] = limitFigure(and.p95, limit, 'ms, p95 in the servers');
    }
  } finally {
    await parts.close();
    await all.stop();
  }
  return figures;
}

/** Milliseconds of queries of one kind: until all was found, and CPU of everything that took part, a query. */
interface Taken {
  readonly times: readonly number[];
  readonly planned: readonly number[];
  readonly plain: readonly number[];
  readonly cpu: number;
  readonly plainCpu: number;
  readonly hits: number;
  readonly plainHits: number;
}

async function measure(all: Constellation, parts: SearchParts, world: BenchWorld, size: number) {
  const askers: Asker[] = [];
  for (const asker of world.askers(size)) askers.push(await join(parts.core, world, asker));
  const random = seeded(`bench/queries/${size}`);
  const cpuOf = async (work: () => Promise<void>): Promise<number> => {
    let here = 0;
    const there = await spent({ postgres: all.deployment.pid('postgres') ?? 0 }, queries, async () => {
      here = await spentHere(queries, work);
    });
    return (here + total(there)) / 1000;
  };
  // First ours, then the peer's, with the same queries: the machine's mood is the same for both.
  const once = async (operator: 'or' | 'and'): Promise<Taken> => {
    const asked = Array.from({ length: queries }, (_, at) => {
      const asker = askers[at % askers.length] as Asker;
      const words = world.words(random);
      return { asker, words, query: queryOf(words.join(operator === 'or' ? ' OR ' : ' '), world) };
    });
    const ours: Asking[] = [];
    const plain: { all: number; hits: number }[] = [];
    const cpu = await cpuOf(async () => {
      for (const { asker, query } of asked) ours.push(await ask(parts, world, asker, query));
    });
    const plainCpu = await cpuOf(async () => {
      for (const { asker, words } of asked)
        plain.push(await askPlain(parts.core, asker, words.join(operator === 'or' ? ' | ' : ' & ')));
    });
    return {
      times: ours.map((one) => one.all),
      planned: ours.map(({ planned }) => planned),
      plain: plain.map((one) => one.all),
      cpu,
      plainCpu,
      hits: ours.reduce((sum, { hits }) => sum + hits, 0),
      plainHits: plain.reduce((sum, { hits }) => sum + hits, 0),
    };
  };
  const inRounds = async (operator: 'or' | 'and') => {
    // The first is for the compiler and for what is to be warm.
    await once(operator);
    const taken: Taken[] = [];
    for (let at = 0; at < rounds; at++) taken.push(await once(operator));
    const of = (each: (one: Taken) => number) => round(median(taken.map(each)));
    const told = {
      ours: of(({ times }) => median(times)),
      p95: of(({ times }) => percentile(times, 0.95)),
      planned: of(({ planned }) => median(planned)),
      plain: of(({ plain }) => median(plain)),
      plainP95: of(({ plain }) => percentile(plain, 0.95)),
      cpu: of(({ cpu }) => cpu),
      plainCpu: of(({ plainCpu }) => plainCpu),
      hits: of(({ hits }) => hits / queries),
      plainHits: of(({ plainHits }) => plainHits / queries),
    };
    const numbers = Object.entries(told).map(([name, value]) => `${name} ${value}`);
    process.stderr.write(
      `  ${operator}, ${size} rooms (ms): ${numbers.join(', ')}; load ${(loadavg()[0] ?? 0).toFixed(1)}\n`,
    );
    return told;
  };
  return { or: await inRounds('or'), and: await inRounds('and') };
}

const round = (value: number): number => Number(value.toPrecision(4));

/** Stated, not judged. */
const stated = (value: number, unit: string): Figure => ({
  value: round(value),
  unit,
  bare: 1,
  ratio: round(1 / value),
});
