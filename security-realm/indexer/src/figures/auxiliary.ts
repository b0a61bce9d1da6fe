import type { RoomTerms } from './observed-index.ts';

/** How many of the messages have a term, in rooms like those attacked. */
export type Auxiliary = ReadonlyMap<string, number>;

/** What somebody knows of the language of an organisation who knows other rooms of it. */
export function auxiliaryOf(rooms: readonly RoomTerms[]): Auxiliary {
  const counts = new Map<string, number>();
  let messages = 0;
  for (const room of rooms) {
    messages += room.length;
    for (const terms of room) for (const term of new Set(terms)) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return new Map([...counts].map(([term, count]) => [term, count / messages]));
}
