import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@cloister/database';
import { Metrics, openHealth } from '@cloister/health';
import { type Log, openRealmLog } from '@cloister/logging';
import { connector, keepWorking } from '@cloister/machine';
import { checkSandbox } from '@cloister/sandbox';
import { connectIndexer, type IndexerClient } from '@cloister/sdk';
import { CloisterError } from '@cloister/wire';
import type { IndexerConfig } from './config.ts';
import { defaultExtractLimits } from './extract/limits.ts';
import { textExtractor } from './extract/text-extractor.ts';
import { AskedBefore } from './queries/asked-before.ts';
import { rules } from './rules.ts';
import { whileLeading } from './service/lead.ts';
import { Reporter } from './service/reporter.ts';
import { type Held, type WorkParts, workTurn } from './service/work-turn.ts';
import { RandomSource } from './tokens/random-source.ts';

const migrations = new URL('../migrations/', import.meta.url);

/**
 * Indexes while the function is on and no other process of the organisation does; the result stops it.
 * @throws CloisterError when the configuration is not right, or the database is not there
 */
export async function runIndexer(config: IndexerConfig): Promise<() => Promise<void>> {
  const log = openRealmLog({ name: 'indexer' });
  const database = openDatabase({ ...config.database, name: 'indexer', log });
  await database.migrate(migrations);
  const metrics = new Metrics();
  let held: Held | undefined;
  const revoked = () => {
    held?.keys.wipe();
    held?.counters.wipe();
  };
  const connect = connector(config, (session, { store }) =>
    connectIndexer(session, { store, deviceName: 'Indexer', revoked }),
  );
  const reporter = new Reporter({ metrics, log, monotonicNow, rooms: () => held?.book.all() ?? [] });
  const sandbox = await canRunPrograms(log);
  metrics.gauge('cloister_indexer_reads_documents', '0 where PDF and Office documents are found by name alone.', () =>
    sandbox ? 1 : 0,
  );
  let client: IndexerClient | undefined;
  const parts: Omit<WorkParts, 'client'> = {
    database,
    extract: textExtractor({ parallel: config.parallel ?? 1, sandbox }),
    reporter,
    tokens: new RandomSource(randomBytes),
    settings: settingsOf(config),
    rules,
    reads: sandbox,
    asked: new AskedBefore(),
    startedAt: Date.now(),
    now: Date.now,
    monotonicNow,
    after,
    pause,
    random: Math.random,
  };
  const standsBy = () => reporter.standsBy();
  const turn = (stop: AbortSignal) =>
    whileLeading({ database, stop, pause, standsBy }, async (signal) => {
      client = await connect();
      await workTurn({ ...parts, client }, signal, (begun) => {
        held = begun;
      });
    });
  // With its function off it is as ready as can be; and documents are found by their names all the same.
  const ready = () => ({ ok: true, reasons: sandbox ? [] : ['no-sandbox'] });
  const health = await openHealth({ socket: config.health.socket, ready, metrics });
  const stopping = new AbortController();
  const told = (fault: unknown) => {
    // A turn that ended without a fault was told to stop.
    if (fault !== null) reporter.turn(fault);
  };
  const working = keepWorking({ turn, stop: stopping.signal, pause, random: Math.random, told });
  log.event('indexer.ready');
  return async () => {
    stopping.abort();
    // Whoever waits for the key server is let go.
    await client?.close();
    await working;
    await database.close();
    await health.close();
    log.event('indexer.stopped');
  };
}

/** Whether PDF and Office documents can be read here; where not, the log says once what is missing. */
const canRunPrograms = async (log: Log): Promise<boolean> => {
  try {
    await checkSandbox(defaultExtractLimits);
    return true;
  } catch (fault) {
    if (!(fault instanceof CloisterError)) throw fault;
    log.event('indexer.no-sandbox', { code: fault.code }, 'warn');
    return false;
  }
};

const settingsOf = ({ bucket = 4, noise = 0, flushMs = 1000, dummies = 1 / 8 }: IndexerConfig) => ({
  bucket,
  noise,
  flushMs,
  dummies,
});

const monotonicNow = () => performance.now();
const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});
const after = (ms: number, run: () => void) => {
  const timer = setTimeout(run, ms);
  return { cancel: () => clearTimeout(timer) };
};
