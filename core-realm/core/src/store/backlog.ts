import { type Database, sql } from '@cloister/database';

/** What waits in the core for somebody else. */
export interface Backlog {
  /** Two-part changes that no key server decided yet. */
  readonly pendingChanges: number;
  /** When the oldest of them began. */
  readonly oldestChange: Date | null;
  /** Work of functions that no machine has finished. */
  readonly openWork: number;
}

export const readBacklog = (db: Database): Promise<Backlog> =>
  db.one(sql<Backlog>`
    select count(*)::int as "pendingChanges", min(since) as "oldestChange",
      (select count(*)::int from function_work where decided_at is null) as "openWork"
    from intents where state = 'pending'`);
