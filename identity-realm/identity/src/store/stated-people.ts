import { type Queries, sql } from '@cloister/database';
import type { StatedPerson, UserId } from '@cloister/wire';

type Turn = Pick<StatedPerson, 'id' | 'organisationId' | 'active' | 'entry'> & {
  readonly by: StatedPerson['by'] | null;
};

/**
 * Some people as the feed tells of them to their own realm: by the entry that made them active or inactive, entries that only
 * repeat it aside. Unknown ids are left out.
 */
export const statedPeople = async (queries: Queries, ids: readonly UserId[]): Promise<readonly StatedPerson[]> => {
  const turns = await queries.rows(sql<Turn>`
    SELECT entry->>'id' AS id, entry->>'organisationId' AS "organisationId", (entry->>'active')::boolean AS active,
      seq AS entry, entry->'by' AS by
    FROM (SELECT seq, entry, lag(entry->>'active') OVER (PARTITION BY entry->>'id' ORDER BY seq) AS before
      FROM status_entries WHERE entry->>'kind' = 'person' AND entry->>'id' = ANY (${[...ids]}::text[])) told
    WHERE before IS DISTINCT FROM entry->>'active' ORDER BY seq DESC`);
  return [...Map.groupBy(turns, ({ id }) => id).values()].flatMap(([newest, before]) =>
    newest === undefined ? [] : [statedPerson(newest, before)],
  );
};

/** Turns alternate: the one before somebody became active again is the one that had made them inactive. */
const statedPerson = ({ id, organisationId, active, ...turn }: Turn, before: Turn | undefined): StatedPerson => ({
  id,
  organisationId,
  active,
  ...turnOf(turn),
  ...(active && before !== undefined ? { left: turnOf(before) } : {}),
});

const turnOf = ({ entry, by }: Pick<Turn, 'entry' | 'by'>) => ({ entry, ...(by ? { by } : {}) });
