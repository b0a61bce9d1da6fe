/** A room as the switcher knows it. */
export interface NamedRoom {
  readonly title: string;
  readonly unread: number;
}

const fold = (text: string): string => text.normalize('NFKC').toLocaleLowerCase();

/**
 * Rooms whose title holds every word of the query, those that begin with it first; without a query, unread rooms first.
 * Words are compared as people read them: full and half width, upper and lower case are the same.
 */
export function matchRooms<T extends NamedRoom>(rooms: readonly T[], query: string): T[] {
  const words = fold(query).split(/\s+/u).filter(Boolean);
  if (words.length === 0) return rooms.toSorted((a, b) => Number(b.unread > 0) - Number(a.unread > 0));
  const begins = (room: T) => fold(room.title).startsWith(words[0] ?? '');
  return rooms
    .filter(({ title }) => words.every((word) => fold(title).includes(word)))
    .toSorted((a, b) => Number(begins(b)) - Number(begins(a)));
}
