import { loadavg } from 'node:os';
import { sql } from '@cloister/database';
import { seeded } from '@cloister/search-tests';
import { type Constellation, constellation } from '@cloister/testkit';
import { type Figure, limitFigure } from '../figure.ts';
import { percentile } from '../measure/percentile.ts';
import { median } from '../measure/rounds.ts';
import { spent, spentHere } from '../measure/spent.ts';
import { ask } from '../search/ask.ts';
import { askPlain } from '../search/ask-plain.ts';
import { fill } from '../search/fill.ts';
import { openSearchParts, type SearchParts } from '../search/parts.ts';
import { stored } from '../search/stored.ts';
import { BenchWorld } from '../search/world.ts';
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
      const times = { value: round(or.ours), unit: 'ms, median', bare: round(or.plain) };
      figures[`search-or${name}`] = { ...times, ratio: round(or.plain / or.ours), goal: round(1 / mostTimes) };
      figures[`search-and${name}`] = limitFigure(and.p95, limit, 'ms, p95 in the servers');
    }
  } finally {
    await parts.close();
    await all.stop();
  }
  return figures;
}

async function measure(all: Constellation, parts: SearchParts, world: BenchWorld, size: number) {
  const askers = world.askers(size);
  for (const asker of askers) await join(parts.core, world, asker);
  const random = seeded(`bench/queries/${size}`);
  const once = async (operator: 'or' | 'and') => {
    const times: number[] = [];
    const plain: number[] = [];
    const planned: number[] = [];
    let [hits, plainHits] = [0, 0];
    const pairs = Array.from({ length: queries }, (_, at) => {
      const asker = askers[at % askers.length];
      if (asker === undefined) throw new Error('nobody asks');
      return { asker, words: world.words(random) };
    });
    // One after the other, each with the same queries: the machine's mood is the same for both.
    let here = 0;
    const postgres = { postgres: all.deployment.pid('postgres') ?? 0 };
    const ours = await spent(postgres, queries, async () => {
      here = await spentHere(queries, async () => {
        for (const { asker, words } of pairs) {
          const found = await ask(parts, world, asker, words.join(operator === 'or' ? ' OR ' : ' '));
          times.push(found.all);
          planned.push(found.planned);
          hits += found.hits;
        }
      });
    });
    const theirs = await spent(postgres, queries, async () => {
      for (const { asker, words } of pairs) {
        const found = await askPlain(parts.core, asker, words.join(operator === 'or' ? ' | ' : ' & '));
        plain.push(found.all);
        plainHits += found.hits;
      }
    });
    const cpu = [here, ours.postgres ?? 0, theirs.postgres ?? 0];
    return { times, plain, planned, hits, plainHits, cpu };
  };
  const all5 = async (operator: 'or' | 'and') => {
    await once(operator);
    const taken: Awaited<ReturnType<typeof once>>[] = [];
    for (let at = 0; at < rounds; at++) taken.push(await once(operator));
    const of = (each: (one: (typeof taken)[number]) => number) => round(median(taken.map(each)));
    const told = {
      ours: of(({ times }) => median(times)),
      p95: of(({ times }) => percentile(times, 0.95)),
      plain: of(({ plain }) => median(plain)),
      plainP95: of(({ plain }) => percentile(plain, 0.95)),
      planned: of(({ planned }) => median(planned)),
      cpuHere: of(({ cpu }) => (cpu[0] ?? 0) / 1000),
      cpuPostgres: of(({ cpu }) => (cpu[1] ?? 0) / 1000),
      cpuPlain: of(({ cpu }) => (cpu[2] ?? 0) / 1000),
      hits: of(({ hits }) => hits / queries),
      plainHits: of(({ plainHits }) => plainHits / queries),
    };
    const numbers = Object.entries(told).map(([name, value]) => `${name} ${value}`);
    process.stderr.write(
      `  ${operator} in ${size} rooms (ms): ${numbers.join(', ')}, load ${(loadavg()[0] ?? 0).toFixed(1)}\n`,
    );
    return told;
  };
  return { or: await all5('or'), and: await all5('and') };
}

const round = (value: number): number => Number(value.toPrecision(4));

/** Stated, not judged. */
const stated = (value: number, unit: string): Figure => ({
  value: round(value),
  unit,
  bare: 1,
  ratio: round(1 / value),
});
