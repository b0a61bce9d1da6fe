import type { RoomId } from '@cloister/wire';
import { isOperator, type Query, type QueryNode } from '../query/query.ts';

/** Whether a query can find anything in a room, by its `in:` alone. */
export const mayBeIn = (query: Query, room: RoomId): boolean => query !== null && may(query, room, true);

/** Whether some message of the room is found (`some`), or else all are. */
const may = (node: QueryNode, room: RoomId, some: boolean): boolean => {
  if (!isOperator(node)) return 'in' in node ? node.in.includes(room) : some;
  const [kind, ...of] = node;
  if (kind === 'not') return !may(node[1], room, !some);
  return kind === 'and' ? of.every((inner) => may(inner, room, some)) : of.some((inner) => may(inner, room, some));
};
