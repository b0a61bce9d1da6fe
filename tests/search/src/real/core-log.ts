import { type Database, sql } from '@cloister/database';
import { type ActivityId, newId } from '@cloister/wire';
import type { Corpus, CorpusEntry, Deletion, Message } from '../corpus/corpus.ts';
import type { Room } from '../corpus/world.ts';

interface Row {
  readonly position: number;
  readonly id: ActivityId;
  readonly actor: string;
  readonly verb: string;
  readonly published: string;
  readonly parent: ActivityId | null;
  readonly deleted: boolean;
  readonly object: string;
}

/** Puts rooms, their members and everything that was said into the core's database, as its own writers leave it. */
export async function writeLog(db: Database, { rooms }: Corpus, entries: readonly CorpusEntry[]): Promise<void> {
  const deleted = new Set(entries.filter((entry): entry is Deletion => entry.kind === 'deletion').map(({ of }) => of));
  const ofRoom = Map.groupBy(entries, ({ room }) => room);
  for (const room of rooms) {
    const rows = (ofRoom.get(room) ?? []).map((entry) => rowOf(entry, deleted));
    await db.transaction(async (tx) => {
      const last = rows.at(-1);
      await tx.execute(sql`
        insert into rooms (id, organisation_id, kms_host, resource_uri, head, created_by, created_at, updated_at)
        values (${room.roomId}, ${room.organisationId}, 'kms.test', ${`kms://kms.test/resources/${room.roomId}`},
          ${last?.position ?? 0}, ${newId()}, to_timestamp(0), ${last?.published ?? new Date(0).toISOString()})`);
      await tx.execute(joining(room));
      await tx.execute(sql`
        insert into activities (room_id, position, id, actor_id, verb, published, parent_id, parent_type, deleted, object)
        select ${room.roomId}, position, id, actor, verb, published, parent, case when parent is null then null else 'edit' end, deleted, object
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
          position bigint, id uuid, actor uuid, verb text, published timestamptz, parent uuid, deleted boolean, object text)`);
    });
  }
}

const joining = ({ roomId, members }: Room) => sql`
  insert into memberships (room_id, user_id, organisation_id, joined_position)
  select ${roomId}, "userId", "organisationId", 0
  from jsonb_to_recordset(${JSON.stringify(members)}::jsonb) as member ("userId" uuid, "organisationId" uuid)`;

function rowOf(entry: CorpusEntry, deleted: ReadonlySet<Message>): Row {
  const common = {
    position: entry.position,
    id: entry.activityId,
    actor: entry.actor.userId,
    published: new Date(entry.published).toISOString(),
  };
  if (entry.kind === 'deletion')
    return {
      ...common,
      verb: 'delete',
      parent: null,
      deleted: false,
      object: JSON.stringify({ id: entry.of.activityId }),
    };
  const message = entry.kind === 'edit' ? entry.of : entry;
  return {
    ...common,
    verb: message.files.length > 0 ? 'share' : 'post',
    parent: entry.kind === 'edit' ? message.activityId : null,
    deleted: deleted.has(message),
    object: '{}',
  };
}
