import { parseQuery, type Query, resolve } from '@cloister/search-terms';
import type { UserId } from '@cloister/wire';
import type { ClientSnapshot } from '../api/client-snapshot.ts';
import type { UnknownName } from '../api/search.ts';
import { peopleCalled, roomsCalled } from './names.ts';

export type Prepared = { readonly query: Query } | { readonly unknown: readonly UnknownName[] };

export interface PrepareOptions {
  readonly snapshot: () => ClientSnapshot;
  /** Resolves when the rooms of the snapshot have their names. */
  readonly roomsNamed: () => Promise<void>;
  /** Asks identity for people of this name. */
  readonly find: (name: string) => Promise<readonly UserId[]>;
  readonly now: number;
  readonly timeZone: string;
}

/** Rooms of one `in:`; the newest, should a name mean more. */
const mostNamed = 1000;

/**
 * Reads a query as typed, and puts ids in the place of names: the indexer knows none. Names of rooms are sealed, and
 * waited for only where one is asked for.
 * @throws CloisterError `search/too-long`, `search/too-many-parts`, `search/too-deep`
 */
export const prepareQuery = async (text: string, options: PrepareOptions): Promise<Prepared> => {
  const parsed = parseQuery(text, options);
  const found = new Map<string, readonly UserId[]>();
  let asksForRooms = false;
  const names = {
    people: (name: string) => found.get(name) ?? peopleCalled(options.snapshot(), name).slice(0, mostNamed),
    rooms: (name: string) => {
      asksForRooms = true;
      return roomsCalled(options.snapshot(), name).slice(0, mostNamed);
    },
  };
  let resolved = resolve(parsed, names);
  if (asksForRooms) {
    await options.roomsNamed();
    resolved = resolve(parsed, names);
  }
  if (!('unknown' in resolved)) return resolved;
  for (const { filter, name } of resolved.unknown) if (filter === 'from') found.set(name, await options.find(name));
  const second = resolve(parsed, names);
  return 'unknown' in second ? { unknown: second.unknown.map(({ filter, name }) => ({ filter, name })) } : second;
};
