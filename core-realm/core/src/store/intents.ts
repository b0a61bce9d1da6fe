import { type Queries, type Sql, sql } from '@cloister/database';
import type { ActivityId, OperationId, RoomId, UserId } from '@cloister/wire';
import type { Intent, IntentState, OuterHalf } from '../domain/intent.ts';

/** The outer half is text, and the two people of a pair stand in columns of their own. */
type IntentRow = Omit<Intent, 'outer' | 'pair'> & {
  readonly outer: string;
  readonly pairLow: UserId | null;
  readonly pairHigh: UserId | null;
  readonly state: IntentState['state'];
  readonly status: number | null;
  readonly reply: string | null;
  readonly activityId: ActivityId | null;
};

export type StoredIntent = Intent & { readonly outcome: IntentState };

const select = sql`
  select operation_id as "operationId", kind, state, room_id as "roomId", kms_host as "kmsHost", user_id as "userId",
    organisation_id as "organisationId", device_id as "deviceId", subjects::text[] as subjects,
    resource_uri as "resourceUri", key_uri as "keyUri", sealed, request as outer, pair_low as "pairLow",
    pair_high as "pairHigh", since, status, reply, activity_id as "activityId"
  from intents`;

export const findIntent = async (
  db: Queries,
  operationId: OperationId,
  lock = false,
): Promise<StoredIntent | undefined> =>
  (await intentsWhere(db, sql`operation_id = ${operationId} ${lock ? sql`for update` : sql``}`))[0];

/** What a restart or a silence left undecided at one key server, oldest first. */
export const pendingIntents = (db: Queries, kmsHost: string): Promise<StoredIntent[]> =>
  intentsWhere(db, sql`state = 'pending' and kms_host = ${kmsHost} order by since limit 1000`);

/** Pending creates of a room or of a pair. */
export const pendingCreates = (db: Queries, roomId: RoomId, pair: Intent['pair']): Promise<StoredIntent[]> =>
  intentsWhere(
    db,
    sql`state = 'pending' and kind = 'create'
      and (room_id = ${roomId} or (pair_low = ${pair?.[0] ?? null}::uuid and pair_high = ${pair?.[1] ?? null}::uuid))`,
  );

/** Writes the intent; answers false if a create of the same room or pair is pending. */
export const insertIntent = async (db: Queries, intent: Intent): Promise<boolean> => {
  const [low, high] = intent.pair ?? [null, null];
  const written = await db.execute(sql.prepared`
    insert into intents (operation_id, kind, state, room_id, kms_host, user_id, organisation_id, device_id, subjects,
      resource_uri, key_uri, sealed, request, pair_low, pair_high, since)
    values (${intent.operationId}, ${intent.kind}, 'pending', ${intent.roomId}, ${intent.kmsHost}, ${intent.userId},
      ${intent.organisationId}, ${intent.deviceId}, ${intent.subjects}::uuid[], ${intent.resourceUri}, ${intent.keyUri},
      ${intent.sealed}, ${JSON.stringify(intent.outer)}, ${low}, ${high}, ${intent.since})
    on conflict do nothing`);
  return written === 1;
};

/** Decides a pending intent. The sealed half is dropped: it will not be forwarded again. */
export const decideIntent = async (
  db: Queries,
  operationId: OperationId,
  decision: {
    state: 'applied' | 'refused';
    status: number;
    reply: string | null;
    receipt: string;
    activityId: ActivityId | null;
    /** The version of the authorization list that an applied change led to. */
    authorizationVersion: number | null;
    /** Why it was refused, if anybody said. */
    code: string | null;
  },
): Promise<void> => {
  await db.execute(sql.prepared`
    update intents set state = ${decision.state}, status = ${decision.status}, reply = ${decision.reply},
      receipt = ${decision.receipt}, activity_id = ${decision.activityId},
      authorization_version = ${decision.authorizationVersion}::bigint, code = ${decision.code}, sealed = ''
    where operation_id = ${operationId} and state = 'pending'`);
};

const intentsWhere = async (db: Queries, condition: Sql): Promise<StoredIntent[]> =>
  (await db.rows(sql.prepared<IntentRow>`${select} where ${condition}`)).map(fromRow);

const fromRow = ({ outer, pairLow, pairHigh, state, status, reply, activityId, ...row }: IntentRow): StoredIntent => ({
  ...row,
  outer: JSON.parse(outer) as OuterHalf,
  pair: pairLow === null || pairHigh === null ? null : [pairLow, pairHigh],
  outcome: outcomeOf(state, status, reply, activityId),
});

const outcomeOf = (
  state: IntentState['state'],
  status: number | null,
  reply: string | null,
  activityId: ActivityId | null,
): IntentState => {
  if (state === 'applied' && activityId !== null) return { state, reply, activityId };
  if (state === 'refused') return { state, reply, status: status ?? 400 };
  return { state: 'pending' };
};
