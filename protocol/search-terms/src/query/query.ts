import type { RoomId, UserId } from '@cloister/wire';
import type { Has } from '../has.ts';
import type { Sent } from './parsed-query.ts';

/** A part of a resolved query: a word or phrase as typed, or a filter. Several people or rooms mean any of them. */
export type QueryLeaf =
  | { readonly text: string; readonly quoted: boolean }
  | { readonly from: readonly UserId[] }
  | { readonly in: readonly RoomId[] }
  | { readonly has: Has }
  | { readonly sent: Sent };

export type QueryNode = readonly ['and' | 'or', ...QueryNode[]] | readonly ['not', QueryNode] | QueryLeaf;

/** A query whose people and rooms are ids: what is sealed to the indexer, as JSON. `null` asks for nothing. */
export type Query = QueryNode | null;

/** Whether a node is an operator and not a leaf. */
export const isOperator = (node: QueryNode): node is Extract<QueryNode, readonly unknown[]> => Array.isArray(node);
