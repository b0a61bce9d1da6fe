import type { Log } from '@cloister/logging';
import pg, { type PoolClient } from 'pg';
import { acquire } from './acquire.ts';
import { columnTypes } from './column-types.ts';
import { connectionOptions } from './connection-options.ts';
import type { DatabaseConfig } from './database-config.ts';
import { asDatabaseError, isUnavailable } from './database-error.ts';
import { type Listener, listenFor } from './listen-for.ts';
import { migrate } from './migrate.ts';
import { type Queries, queriesOver } from './queries.ts';
import { runTransaction, type TransactionOptions } from './transaction.ts';

export type DatabaseOptions = DatabaseConfig & {
  /** Shows in `pg_stat_activity`. */
  name?: string;
  log?: Log;
  /** Longest wait for a connection, restarts of the database included; 5 s unless told. */
  acquireTimeoutMs?: number;
  /** Longest single statement; 30 s unless told. */
  statementTimeoutMs?: number;
  /** Longest silence of a server that was asked: one behind a cut network ends nothing itself; 10 s more than a statement unless told. */
  answerTimeoutMs?: number;
};

export type Database = Queries & {
  transaction<T>(work: (tx: Queries) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Brings the schema up to the numbered `.sql` files of a folder; see `migrate`. */
  migrate(folder: URL): Promise<void>;
  /** Calls `wake` for each `NOTIFY` on `channel` and after each reconnection; see `listenFor`. */
  listen(channel: string, wake: (payload: string) => void): Promise<Listener>;
  /** One client for work that needs the driver itself, such as `COPY`; goes back to the pool afterwards. */
  withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T>;
  /** Whether a connection answers now. */
  answers(): Promise<boolean>;
  /** Waits for clients in use, then closes. */
  close(): Promise<void>;
};

/** How long `answers` waits for a connection: readiness is asked for often. */
const ANSWER_MS = 1000;

/**
 * Opens a pool. It connects at the first query and outlives restarts of the database: broken connections are dropped,
 * the next query opens new ones.
 * @throws CloisterError `config/…`
 */
export function openDatabase(options: DatabaseOptions): Database {
  const { log, name = 'cloister', max = 10, acquireTimeoutMs = 5000, statementTimeoutMs = 30_000 } = options;
  const { answerTimeoutMs = statementTimeoutMs + 10_000 } = options;
  const connection = { ...connectionOptions(options), application_name: name, keepAlive: true };
  const pool = new pg.Pool({
    ...connection,
    max,
    connectionTimeoutMillis: acquireTimeoutMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    query_timeout: answerTimeoutMs,
    idle_in_transaction_session_timeout: 60_000,
    types: columnTypes,
  });
  // An idle connection broke (the database was stopped); without a listener this would end the process.
  pool.on('error', (error) => log?.failure('database.connection-lost', error));

  /** Errors of `work` pass as they are: what it asks the database is mapped where it asks, and the rest is its own fault. */
  const lease = async <T>(work: (client: PoolClient) => Promise<T>, limitMs = acquireTimeoutMs): Promise<T> => {
    const client = await acquire(pool, limitMs);
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    // Between queries of a transaction a broken connection is an event, not a rejected query.
    client.on('error', onError);
    try {
      return await work(client);
    } catch (error) {
      // Whether it is cut off or late: what is still on its way there must not be the next one's answer.
      if (isUnavailable(error)) broken ??= error;
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  };
  /** For work that uses the driver itself, whose errors quote values. */
  const withDriver = <T>(work: (client: PoolClient) => Promise<T>): Promise<T> =>
    lease(work).catch((error) => {
      throw asDatabaseError(error);
    });

  const queries = queriesOver((work) => lease(work));
  return {
    ...queries,
    transaction: (work, transactionOptions = {}) => lease((client) => runTransaction(client, work, transactionOptions)),
    migrate: (folder) => withDriver((client) => migrate(client, folder)),
    listen: (channel, wake) => listenFor(connection, channel, wake, log),
    withClient: withDriver,
    answers: () =>
      lease(async (client) => {
        await client.query('select 1');
        return true;
      }, ANSWER_MS).catch(() => false),
    close: () => pool.end(),
  };
}
