import { type Database, type Queries, sql } from '@cloister/database';
import type { RoomId } from '@cloister/wire';
import type { CounterRow, IndexName } from './counter-row.ts';

/** A row, and in which run it was stored. */
export type StoredRow = CounterRow & { readonly run: number };

type Stored = {
  room_id: RoomId;
  generation: number;
  epoch: number;
  number: number;
  is_snapshot: boolean;
  from_position: number;
  to_position: number;
  sealed: Buffer;
  commitment: Buffer;
  run: number;
};

/** The rows of the indexes, by epoch and number; one statement however many indexes. */
export async function readCounters(database: Queries, indexes: readonly IndexName[]): Promise<StoredRow[]> {
  const rooms = indexes.map(({ roomId }) => roomId);
  const generations = indexes.map(({ generation }) => generation);
  const rows = await database.rows(sql.prepared<Stored>`
    select room_id, generation, epoch, number, is_snapshot, from_position, to_position, sealed, commitment, run
    from counters join unnest(${rooms}::uuid[], ${generations}::bigint[]) as asked (room_id, generation)
      using (room_id, generation)
    order by room_id, generation, epoch, number`);
  return rows.map((row) => ({
    roomId: row.room_id,
    generation: row.generation,
    epoch: row.epoch,
    number: row.number,
    isSnapshot: row.is_snapshot,
    from: row.from_position,
    to: row.to_position,
    sealed: row.sealed,
    commit: row.commitment,
    run: row.run,
  }));
}

/**
 * Adds rows of a run, all or none; a snapshot takes the place of everything before it in its epoch.
 * @throws DatabaseError of `conflict` when a row of that number is there: somebody else writes
 */
export async function writeCounters(database: Database, run: number, rows: readonly CounterRow[]): Promise<void> {
  const snapshots = rows.filter(({ isSnapshot }) => isSnapshot);
  await database.transaction(async (tx) => {
    await tx.execute(sql.prepared`
      insert into counters (room_id, generation, epoch, number, is_snapshot, from_position, to_position, sealed, commitment, run)
      select *, ${run}::bigint from unnest(${rows.map(({ roomId }) => roomId)}::uuid[], ${rows.map(({ generation }) => generation)}::bigint[],
        ${rows.map(({ epoch }) => epoch)}::bigint[], ${rows.map(({ number }) => number)}::bigint[],
        ${rows.map(({ isSnapshot }) => isSnapshot)}::boolean[], ${rows.map(({ from }) => from)}::bigint[],
        ${rows.map(({ to }) => to)}::bigint[], ${rows.map(({ sealed }) => sealed)}::bytea[],
        ${rows.map(({ commit }) => commit)}::bytea[])`);
    if (snapshots.length === 0) return;
    await tx.execute(sql.prepared`
      delete from counters using unnest(${snapshots.map(({ roomId }) => roomId)}::uuid[],
        ${snapshots.map(({ generation }) => generation)}::bigint[], ${snapshots.map(({ epoch }) => epoch)}::bigint[],
        ${snapshots.map(({ number }) => number)}::bigint[]) as merged (room_id, generation, epoch, number)
      where counters.room_id = merged.room_id and counters.generation = merged.generation
        and counters.epoch = merged.epoch and counters.number < merged.number`);
  });
}

/** Forgets an index for good. */
export async function dropCounters(database: Queries, { roomId, generation }: IndexName): Promise<void> {
  await database.execute(sql`delete from counters where room_id = ${roomId} and generation = ${generation}`);
}
