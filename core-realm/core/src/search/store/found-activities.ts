import { type Queries, sql } from '@cloister/database';
import type { UserId } from '@cloister/wire';
import type { StoredActivity } from '../../domain/stored-activity.ts';
import { activityColumns } from '../../store/activities.ts';
import type { SearchHit } from '../index/index.ts';

/** A message that was found, and its newest edit. */
export interface FoundMessage {
  readonly activity: StoredActivity;
  readonly edit: StoredActivity | undefined;
  /** The slots of the plan that hold in it, where the plan asks for that. */
  readonly slots: readonly number[] | undefined;
}

/**
 * The entries of hits, as far as their reader may have them now: who was removed since, or whose removal is pending, gets nothing of a room
 * that a moment ago was theirs; nor is a message there that was deleted meanwhile.
 */
export const foundActivities = async (
  db: Queries,
  userId: UserId,
  hits: readonly SearchHit[],
): Promise<FoundMessage[]> => {
  const wanted = hits.flatMap(({ roomId, position, edit }) =>
    [position, ...(edit === undefined ? [] : [edit])].map((at) => ({ roomId, position: at })),
  );
  const rows = await db.rows(sql.prepared<StoredActivity>`
    select ${activityColumns} from unnest(
      ${wanted.map(({ roomId }) => roomId)}::uuid[], ${wanted.map(({ position }) => position)}::bigint[]) as w (room_id, position)
    join lateral (
      select * from activities where room_id = w.room_id and position = w.position and not deleted limit 1) a using (room_id, position)
    where exists (
      select from memberships m where m.room_id = a.room_id and m.user_id = ${userId}
        and a.position <= coalesce(m.suspended_at, a.position))`);
  const found = new Map(rows.map((row) => [nameOf(row), row]));
  return hits.flatMap(({ roomId, position, edit, slots }) => {
    const activity = found.get(nameOf({ roomId, position }));
    const edited = edit === undefined ? undefined : found.get(nameOf({ roomId, position: edit }));
    // Without the edit that was found, what is left is not what was found.
    if (activity === undefined || (edit !== undefined && edited === undefined)) return [];
    return [{ activity, edit: edited, slots }];
  });
};

const nameOf = ({ roomId, position }: Pick<SearchHit, 'roomId' | 'position'>) => `${roomId} ${position}`;
