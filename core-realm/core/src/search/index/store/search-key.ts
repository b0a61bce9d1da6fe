import { type Queries, sql } from '@cloister/database';

/** The mark of the key that the indexes were made under; the given one where there is none yet. */
export const keptMark = async (db: Queries, mark: Buffer): Promise<Buffer> => {
  const rows = await db.rows(sql<{ mark: Buffer }>`
    with added as (insert into search_key (mark) values (${mark}) on conflict do nothing returning mark)
    select mark from added union all select mark from search_key limit 1`);
  return rows[0]?.mark ?? mark;
};

/** Drops every index, and keeps the mark of the key that the next ones are made under. */
export const startOver = async (tx: Queries, mark: Buffer): Promise<void> => {
  await tx.execute(sql`delete from search_indexes`);
  await tx.execute(sql`update search_key set mark = ${mark}`);
};
