import { approximate, bounds, needsSlots, type Query } from '@cloister/search-terms';
import { type Bounds, formatPlan, maxPlanBytes, type PlanRoom, planRoomBytes } from '@cloister/wire';
import type { ChosenRoom } from './choose-rooms.ts';
import { type PlanningParts, planRooms } from './plan-rooms.ts';
import { steps } from './steps.ts';

/** What the expression and all else may take of a plan. */
const HEAD_BYTES = 1024 * 1024;
const MOST_BYTES = maxPlanBytes - HEAD_BYTES;
const LATEST = 8_640_000_000_000_000;

/**
 * The plans of a query, one after the other as they are to be sent, the last one marked; one without rooms where there is nothing to ask.
 * @throws CloisterError as {@link planRooms}
 */
export async function* makePlans(
  parts: PlanningParts,
  query: Query,
  rooms: readonly ChosenRoom[],
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const { expression, slots } = approximate(query) ?? { expression: ['not', ['all']] as const, slots: [] };
  const common = {
    expression,
    slots: slots.length,
    bounds: boundsOf(query),
    ...(needsSlots(query) ? { tellSlots: true as const } : {}),
  };
  const all = steps(query === null ? [] : rooms);
  if (all.length === 0) yield formatPlan({ ...common, last: true, rooms: [] });
  for (const [at, step] of all.entries()) {
    const { rooms: inStep, unsearched } = await planRooms(parts, slots, step);
    const bodies = divided(inStep);
    for (const [part, planned] of bodies.entries()) {
      const last = at === all.length - 1 && part === bodies.length - 1;
      const left = part === 0 && unsearched > 0 ? { unsearched } : {};
      yield formatPlan({ ...common, ...left, last, rooms: planned });
    }
  }
}

/** Into lists that fit into a plan each; one at least. */
function divided(rooms: readonly PlanRoom[]): PlanRoom[][] {
  const lists: PlanRoom[][] = [[]];
  let bytes = 0;
  for (const room of rooms) {
    const size = planRoomBytes(room);
    if (bytes + size > MOST_BYTES) {
      lists.push([]);
      bytes = 0;
    }
    bytes += size;
    lists.at(-1)?.push(room);
  }
  return lists;
}

/** No message is older than 1970, which is where times on the wire begin. */
function boundsOf(query: Query): Bounds | undefined {
  const { from, until } = bounds(query);
  if (from === undefined && until === undefined) return undefined;
  const onWire = (time: number) => Math.min(Math.max(time, 0), LATEST);
  return {
    ...(from === undefined ? {} : { from: onWire(from) }),
    ...(until === undefined ? {} : { until: onWire(until) }),
  };
}
