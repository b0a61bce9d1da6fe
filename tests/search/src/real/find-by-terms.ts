import { approximate, matches, type Query } from '@cloister/search-terms';
import type { UserId } from '@cloister/wire';
import type { Settled } from '../reference/settled.ts';
import { seenBy } from './documents.ts';
import type { TermLists } from './term-lists.ts';

/** What the analyser finds by itself: terms, the core's expression over them, and the client's look at each result. */
export function findByTerms(query: Query, reader: UserId, messages: readonly Settled[], lists: TermLists): Settled[] {
  const approximation = approximate(query);
  if (approximation === null) return [];
  return lists.holds(approximation.expression, approximation.slots).flatMap((number) => {
    const settled = messages[number] as Settled;
    const { message, content } = settled;
    if (!message.room.members.some(({ userId }) => userId === reader)) return [];
    return matches(query, seenBy(message, content)) === 'no' ? [] : [settled];
  });
}
