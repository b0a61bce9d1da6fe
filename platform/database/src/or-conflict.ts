import { DatabaseError } from './database-error.ts';

/**
 * The value, or which unique constraint was in the way: for inserts where "it exists already" is an answer, not a fault.
 * Inside a transaction PostgreSQL has already given the transaction up by then; use `on conflict` there.
 */
export async function orConflict<T>(
  work: Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false; constraint: string }> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    if (error instanceof DatabaseError && error.fault === 'unique')
      return { ok: false, constraint: error.constraint ?? '' };
    throw error;
  }
}
