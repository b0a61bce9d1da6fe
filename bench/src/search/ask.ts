import { chooseRooms, makePlans } from '@cloister/indexer';
import { parseQuery, type Query, resolve } from '@cloister/search-terms';
import { type Plan, parsePlan } from '@cloister/wire';
import { generation, type SearchParts } from './parts.ts';
import type { Asker, BenchWorld } from './world.ts';

/** How an indexer is set unless told. */
const dummies = 1 / 8;

export interface Asking {
  /** Milliseconds in the indexer, with its database, until all plans were made. */
  readonly planned: number;
  /** Milliseconds until everything is found, in indexer and core one after the other. */
  readonly all: number;
  readonly hits: number;
}

/** What a client makes of a text. */
export function queryOf(text: string, { now }: BenchWorld): Query {
  const resolved = resolve(parseQuery(text, { now, timeZone: 'UTC' }), { people: () => [], rooms: () => [] });
  return 'query' in resolved ? resolved.query : null;
}

/** What the servers do for a query of somebody in rooms that are indexed: plans with padding and dummies, and what they find. */
export async function ask(parts: SearchParts, world: BenchWorld, asker: Asker, query: Query): Promise<Asking> {
  const given = asker.rooms.map(({ id, messages }) => ({
    roomId: id,
    generations: [{ generation, position: messages }],
  }));
  const named = new Set(given.map(({ roomId }) => roomId));
  const planning = { ...parts, keysOf: async (roomId: (typeof given)[number]['roomId']) => parts.keysOf(roomId) };
  let planned = 0;
  const started = performance.now();
  async function* plans(): AsyncGenerator<Plan> {
    const chosen = chooseRooms(given, named, query, dummies, parts.random);
    const making = makePlans(planning, query, chosen);
    for (;;) {
      const from = performance.now();
      const { value, done } = await making.next();
      planned += performance.now() - from;
      if (done) return;
      yield parsePlan(value);
    }
  }
  const request = { asker: asker.id, organisationId: world.organisationId, rooms: given.map(({ roomId }) => roomId) };
  const page = parts.index.search(request, plans());
  let hits = 0;
  for (let step = await page.next(); step.done !== true; step = await page.next()) hits += step.value.length;
  return { planned, all: performance.now() - started, hits };
}
