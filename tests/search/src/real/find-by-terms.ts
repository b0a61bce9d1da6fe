import { approximate, matches, needsSlots, type Query } from '@cloister/search-terms';
import type { UserId } from '@cloister/wire';
import type { Settled } from '../reference/settled.ts';
import { seenBy } from './documents.ts';
import type { TermLists } from './term-lists.ts';

/** What the analyser finds by itself: terms, the core's expression over them, and the client's look at each result. */
export function findByTerms(query: Query, reader: UserId, messages: readonly Settled[], lists: TermLists): Settled[] {
  const approximation = approximate(query);
  if (approximation === null) return [];
  const { expression, slots } = approximation;
  const tells = needsSlots(query);
  const bySlot = tells ? slots.map((_, slot) => new Set(lists.holds(['slot', slot], slots))) : [];
  return lists.holds(expression, slots).flatMap((number) => {
    const settled = messages[number] as Settled;
    const { message, content } = settled;
    if (!message.room.members.some(({ userId }) => userId === reader)) return [];
    const held = tells ? bySlot.flatMap((holding, slot) => (holding.has(number) ? [slot] : [])) : undefined;
    return matches(query, seenBy(message, content), held) === 'no' ? [] : [settled];
  });
}
