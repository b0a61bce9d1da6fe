import { type Database, sql } from '@cloister/database';
import type { Asker } from './world.ts';

/** The peer: PostgreSQL's full-text search over the same messages in the open, in the asker's rooms, newest first. */
export async function askPlain(db: Database, { rooms }: Asker, words: string): Promise<{ all: number; hits: number }> {
  const started = performance.now();
  const rows = await db.rows(sql.prepared<{ position: number }>`
    select room_id, position from plain
    where words @@ to_tsquery('english', ${words}) and room_id = any (${rooms.map(({ id }) => id)}::uuid[])
    order by published desc limit 50`);
  return { all: performance.now() - started, hits: rows.length };
}
