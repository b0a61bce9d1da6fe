import { approximate, bounds, needsSlots, type Query } from '@cloister/search-terms';
import { type Bounds, CloisterError, formatPlan, maxPlansBytes, type Plan } from '@cloister/wire';
import type { ChosenRoom } from './choose-rooms.ts';
import { dividePlans } from './divide-plans.ts';
import { type PlanningParts, planRooms } from './plan-rooms.ts';
import { steps } from './steps.ts';

const LATEST = 8_640_000_000_000_000;

/**
 * The plans of a query, one after the other as they are to be sent, the last one marked; one without rooms where there is nothing to ask.
 * @throws CloisterError `search/too-broad` when they would be larger than a query's may be, and as {@link planRooms}
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
  let left = maxPlansBytes;
  const written = (plan: Pick<Plan, 'last' | 'rooms' | 'unsearched' | 'goesOn'>): Uint8Array<ArrayBuffer> => {
    const body = formatPlan({ ...common, ...plan });
    left -= body.length;
    if (left < 0) throw new CloisterError('search/too-broad');
    return body;
  };
  const all = steps(query === null ? [] : rooms);
  if (all.length === 0) yield written({ last: true, rooms: [] });
  for (const [at, step] of all.entries()) {
    const { rooms: inStep, unsearched } = await planRooms(parts, slots, step);
    const bodies = dividePlans(inStep, parts.random);
    for (const [part, { rooms: planned, goesOn }] of bodies.entries()) {
      // Between plans the core's order stays, which it goes by; within one it would tell something.
      const mixed = [...planned];
      parts.random.mix(mixed);
      const last = at === all.length - 1 && part === bodies.length - 1;
      yield written({ last, goesOn, rooms: mixed, ...(part === 0 && unsearched > 0 ? { unsearched } : {}) });
    }
  }
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
