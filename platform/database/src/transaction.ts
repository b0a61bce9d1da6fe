import type { ClientBase } from 'pg';
import { asDatabaseError, DatabaseError, isUnavailable } from './database-error.ts';
import { type Queries, queriesOver } from './queries.ts';

export type TransactionOptions = {
  isolation?: 'read committed' | 'repeatable read' | 'serializable';
  /** How often the whole function is run again after a serialization failure or deadlock; 3 unless told. */
  retries?: number;
};

/**
 * Runs `work` in one transaction on `client`: commits when it resolves, rolls back when it throws.
 * A connection lost before the answer to `commit` leaves the outcome unknown: `unavailable`, never run again by itself.
 */
export async function runTransaction<T>(
  client: ClientBase,
  work: (tx: Queries) => Promise<T>,
  { isolation = 'read committed', retries = 3 }: TransactionOptions,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      await command(client, `begin isolation level ${isolation}`);
      const value = await work(queriesOver((run) => run(client)));
      await command(client, 'commit');
      return value;
    } catch (error) {
      // A connection that failed is dropped, and its transaction with it.
      if (!isUnavailable(error)) await rollback(client);
      const again = error instanceof DatabaseError && error.fault === 'serialization' && attempt < retries;
      if (!again) throw error;
    }
  }
}

async function command(client: ClientBase, text: string): Promise<void> {
  try {
    const { command: done } = await client.query(text);
    // PostgreSQL answers ROLLBACK to the commit of a transaction in which a statement failed and was swallowed.
    if (text === 'commit' && done !== 'COMMIT') throw new DatabaseError('other');
  } catch (error) {
    throw asDatabaseError(error);
  }
}

/** A client that cannot even roll back is broken; the pool drops it by its own error event. */
async function rollback(client: ClientBase): Promise<void> {
  try {
    await client.query('rollback');
  } catch {
    // The first error is the one to tell.
  }
}
