import { type Database, openDatabase } from '@cloister/database';
import { type Health, Metrics, openHealth } from '@cloister/health';
import { type HttpServer, openHttp } from '@cloister/http';
import { type Log, openLog } from '@cloister/logging';
import { isStale, type StatusFeed } from '@cloister/verify';
import type { CoreConfig } from './config.ts';
import { errorShape } from './http/error-shape.ts';
import { addRoutes } from './http/routes.ts';
import { acceptUpgrades } from './http/upgrades.ts';
import { realmVerifier } from './joined-realms.ts';
import { openContext, type Parts } from './open-context.ts';
import { openFeed } from './open-feed.ts';
import { readSearchKey, SearchIndex } from './search/index/index.ts';

export interface CoreOptions {
  readonly now?: () => number;
  readonly log?: Log;
  /** How long an asker waits for the key server, in milliseconds (docs/wires.md §4: 20 s). */
  readonly patience?: number;
  /** How often sockets, realms, uploads and pending changes are looked after, in milliseconds. */
  readonly sweepEvery?: number;
}

export interface Core {
  /** Finishes what was acknowledged, tells readers to come back, and ends. */
  stop(): Promise<void>;
  /** Ends at once and saves nothing, as a killed process would; for tests of what survives. */
  kill(): Promise<void>;
}

const migrations = new URL('../migrations/', import.meta.url);
const closingTime = 2000;
/** Whoever waits for an answer is told within seconds that there will be none. */
const searchSweepEvery = 1000;

/** Starts the core: everything it serves is on `config.listen.socket` when this resolves. */
export const startCore = async (config: CoreConfig, options: CoreOptions = {}): Promise<Core> => {
  const { now = Date.now, log = openLog({ name: 'core' }), patience = 20_000, sweepEvery = 10_000 } = options;
  const metrics = new Metrics();
  const db = openDatabase({ max: 16, ...config.database, name: 'core', log });
  await db.migrate(migrations);
  const feed = openFeed(config, now, log);
  const { key, reset = false } = config.search;
  const index = await SearchIndex.open({ db, key: readSearchKey(key), reset, now, log, metrics });
  const parts = await openContext(config, {
    db,
    feed,
    index,
    log,
    now,
    patience: () => AbortSignal.timeout(patience),
    metrics,
  });
  const http = openHttp({
    socket: config.listen.socket,
    origins: config.origins,
    appOrigins: config.appOrigins,
    log,
    shape: errorShape,
  });
  addRoutes(http.app, parts.context);
  acceptUpgrades(http.app.server, { ...config, ...parts, realmOf: realmVerifier(config, feed, now) });
  feed.onEntries((entries) => {
    if (entries.some(({ kind }) => kind === 'realm')) parts.joined();
    parts.events.statusChanged(entries);
    parts.context.search.statusChanged(entries);
    parts.context.work.statusChanged(entries).catch((error) => log.failure('work.not-dropped', error));
  });
  feed.start();
  await http.listen();
  const health = await openHealth({ socket: config.health.socket, metrics, ready: () => readiness(db, feed, now()) });
  const sweeping = [
    setInterval(() => sweep(parts, index, log), sweepEvery),
    setInterval(() => sweepSearch(parts, log), Math.min(sweepEvery, searchSweepEvery)),
  ];
  sweep(parts, index, log);
  log.event('core.started', {});
  return ending({ db, feed, http, health, parts, sweeping });
};

const readiness = async (db: Database, feed: StatusFeed, now: number) => {
  const reasons = [...((await db.answers()) ? [] : ['database']), ...(isStale(feed, now) ? ['status-feed'] : [])];
  return { ok: reasons.length === 0, reasons };
};

const sweep = (parts: Parts, index: SearchIndex, log: Log): void => {
  parts.events.sweep();
  parts.realms.sweep();
  void parts.recovery.run();
  parts.watchBacklog().catch((error) => log.failure('backlog.not-read', error));
  parts.context.work.sweep().catch((error) => log.failure('work.not-swept', error));
  parts.context.files.sweep().catch((error) => log.failure('files.not-swept', error));
  index.sweep().catch((error) => log.failure('search.not-compacted', error));
};

const sweepSearch = (parts: Parts, log: Log): void =>
  void parts.context.search.sweep().catch((error) => log.failure('search.not-swept', error));

interface Running {
  readonly db: Database;
  readonly feed: StatusFeed;
  readonly http: HttpServer;
  readonly health: Health;
  readonly parts: Parts;
  readonly sweeping: readonly NodeJS.Timeout[];
}

const ending = ({ db, feed, http, health, parts, sweeping }: Running): Core => ({
  stop: async () => {
    for (const timer of sweeping) clearInterval(timer);
    parts.context.work.stop();
    parts.context.search.stop();
    await parts.changes.stop();
    parts.events.closeAll();
    parts.realms.closeAll();
    // Who does not answer the closing frame is not waited for.
    const impatient = setTimeout(() => {
      parts.events.terminateAll();
      parts.realms.terminateAll();
    }, closingTime);
    await http.close();
    clearTimeout(impatient);
    await feed.stop();
    await health.close();
    await db.close();
  },
  kill: async () => {
    for (const timer of sweeping) clearInterval(timer);
    parts.context.work.stop();
    parts.context.search.stop();
    http.app.server.closeAllConnections();
    parts.events.terminateAll();
    parts.realms.terminateAll();
    await Promise.allSettled([parts.changes.stop(), http.close(), feed.stop(), health.close(), db.close()]);
  },
});
