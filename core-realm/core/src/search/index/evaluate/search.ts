import type { Database, Queries } from '@cloister/database';
import type { Log } from '@cloister/logging';
import {
  CloisterError,
  type OrganisationId,
  type Plan,
  type PlanRoom,
  type RoomId,
  searchPageItems,
  type UserId,
} from '@cloister/wire';
import { IndexDamaged } from '../index-damaged.ts';
import type { IndexKeys } from '../index-keys.ts';
import type { IndexMetrics } from '../index-metrics.ts';
import type { IndexReaders } from '../index-readers.ts';
import { findIndexes, roomTimes } from '../store/indexes.ts';
import { Candidates } from './candidates.ts';
import { formatSearchCursor, parseSearchCursor, type SearchHit } from './cursor.ts';
import { lookUp, type RoomToLookUp } from './look-up.ts';
import { ResultPage, skew } from './result-page.ts';
import { slotsHeld } from './slots-held.ts';

/** Who looks, and for which page. */
export interface SearchRequest {
  readonly asker: UserId;
  readonly organisationId: OrganisationId;
  /** The rooms that the indexer was given to plan, in that order: plans come in it, room by room or left out. */
  readonly rooms: readonly RoomId[];
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  /** 50 unless told. */
  readonly size?: number;
}

/** How a page of a search ends. */
export interface SearchEnd {
  /** The cursor of the page after, when there may be one. */
  readonly next?: string;
}

export interface SearchParts {
  readonly db: Database;
  readonly keys: IndexKeys;
  readonly readers: IndexReaders;
  readonly metrics: IndexMetrics;
  readonly log: Log;
}

/**
 * One page of what the plans find, newest message first over everything that is yielded; a piece as soon as no room that is still to be
 * planned can have anything newer.
 * @throws CloisterError `core/invalid-request` for a cursor or plans that are none, `core/index-damaged`
 */
export async function* search(
  parts: SearchParts,
  request: SearchRequest,
  plans: AsyncIterable<Plan>,
): AsyncGenerator<readonly SearchHit[], SearchEnd> {
  const { asker, size = searchPageItems } = request;
  const after = request.after === undefined ? undefined : parseSearchCursor(request.after);
  let ahead: ReturnType<typeof aheadOf> | undefined;
  let page: ResultPage | undefined;
  let first: Plan | undefined;
  const told = new Set<SearchHit>();
  const rooms: PlanRoom[] = [];
  for await (const plan of plans) {
    first ??= plan;
    requireSame(first, plan);
    page ??= new ResultPage({ asker, size, bounds: plan.bounds ?? {}, after });
    page.add(await parts.metrics.evaluated(() => lookUpPlan(parts, request, plan)));
    await page.settle(parts.db);
    if (!plan.last && page.hits.length > 0)
      ahead ??= aheadOf(request.rooms, await roomTimes(parts.db, asker, request.rooms));
    const since = plan.last || ahead === undefined ? Number.NEGATIVE_INFINITY : ahead(plan.rooms);
    const certain = page.hits.filter(({ published }) => published > since + skew);
    const fresh = certain.filter((hit) => !told.has(hit));
    for (const hit of fresh) told.add(hit);
    const standing = await page.confirm(parts.db, fresh);
    if (plan.tellSlots) rooms.push(...plan.rooms);
    if (standing.length > 0) yield plan.tellSlots ? await tellSlots(parts, request, rooms, standing) : standing;
    const end = certain[size - 1];
    if (end !== undefined && (page.hasMore || !plan.last)) return { next: formatSearchCursor(end) };
    if (plan.last) break;
  }
  return {};
}

const lookUpPlan = (parts: SearchParts, request: SearchRequest, { expression, rooms }: Plan): Promise<Candidates[]> =>
  reading(parts, async (db) => {
    const opened = await openRooms(db, parts, request, rooms);
    const positions = await lookUp({ db, readers: parts.readers, tokens: parts.keys.tokens, expression }, opened);
    return opened.map(
      ({ room, reader, bound }, at) =>
        new Candidates(room.roomId, positions[at] as (typeof positions)[number], reader, bound),
    );
  });

const tellSlots = (
  parts: SearchParts,
  request: SearchRequest,
  rooms: readonly PlanRoom[],
  hits: readonly SearchHit[],
): Promise<SearchHit[]> =>
  reading(parts, async (db) => {
    const wanted = new Set(hits.map(({ roomId }) => roomId));
    const found = rooms.filter(({ roomId }) => wanted.has(roomId));
    const opened = await openRooms(db, parts, request, found);
    return slotsHeld({ db, readers: parts.readers, tokens: parts.keys.tokens }, opened, hits);
  });

const reading = async <T>(parts: SearchParts, work: (db: Queries) => Promise<T>): Promise<T> => {
  try {
    return await work(parts.db);
  } catch (error) {
    if (!(error instanceof IndexDamaged)) throw error;
    // A compaction may have taken pages away meanwhile. Seen at one moment, what is missing then is missing.
    const again = parts.db.transaction(work, { isolation: 'repeatable read' });
    return again.catch((damage) => {
      if (damage instanceof IndexDamaged) parts.log.failure('search.damaged', damage, { roomId: damage.roomId });
      throw damage;
    });
  }
};

/** The indexes of those rooms in which the asker is now; `bound`: when the newest entry came. */
const openRooms = async (
  db: Queries,
  { readers }: SearchParts,
  { asker, organisationId }: SearchRequest,
  rooms: readonly PlanRoom[],
): Promise<(RoomToLookUp & { readonly bound: number })[]> => {
  const found = await findIndexes(db, organisationId, asker, rooms);
  const wanted = found.map((one) => {
    const { roomId, generation } = rooms[one.ord - 1] as PlanRoom;
    return { found: one, name: { organisationId, roomId, generation } };
  });
  const opened = await readers.open(db, wanted);
  return found.map(({ ord, newest }, at) => ({
    room: rooms[ord - 1] as PlanRoom,
    reader: opened[at] as (typeof opened)[number],
    bound: newest,
  }));
};

/** When the newest entry came of those rooms that are still to be planned after the ones given. */
const aheadOf = (rooms: readonly RoomId[], times: ReadonlyMap<RoomId, number>) => {
  const order = new Map(rooms.map((roomId, index) => [roomId, index]));
  const newestFrom = new Array<number>(rooms.length + 1).fill(Number.NEGATIVE_INFINITY);
  for (let index = rooms.length - 1; index >= 0; index -= 1) {
    const own = times.get(rooms[index] as RoomId) ?? Number.NEGATIVE_INFINITY;
    newestFrom[index] = Math.max(own, newestFrom[index + 1] as number);
  }
  let furthest = -1;
  return (planned: readonly PlanRoom[]): number => {
    for (const { roomId } of planned) furthest = Math.max(furthest, order.get(roomId) ?? -1);
    return newestFrom[furthest + 1] as number;
  };
};

/** All plans of a query look for the same. */
const requireSame = (first: Plan, plan: Plan): void => {
  const meaning = ({ expression, bounds, slots, tellSlots: tell }: Plan) =>
    JSON.stringify([expression, bounds ?? {}, slots, tell]);
  if (first === plan || meaning(first) === meaning(plan)) return;
  throw new CloisterError('core/invalid-request', { detail: 'The plans of a query do not look for the same.' });
};
