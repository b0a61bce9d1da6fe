import type { Pool, PoolClient } from 'pg';
import { asDatabaseError, isUnavailable } from './database-error.ts';

/**
 * A client from the pool. While the database is down or starting, connecting is tried again until `limitMs` has passed:
 * nothing was sent yet, so trying again is safe, and a short restart shows as a pause instead of errors.
 */
export async function acquire(pool: Pool, limitMs: number): Promise<PoolClient> {
  const deadline = performance.now() + limitMs;
  for (let wait = 20; ; wait = Math.min(wait * 2, 500)) {
    try {
      return await pool.connect();
    } catch (error) {
      const mapped = asDatabaseError(error);
      const later = isUnavailable(mapped) && performance.now() + wait < deadline;
      if (!later || pool.ending) throw mapped;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
