import type { RoomId, UserId } from '@cloister/wire';
import type { ParsedNode, ParsedQuery } from './parsed-query.ts';
import type { Query, QueryNode } from './query.ts';
import type { Span } from './query-token.ts';

/** Who and what a name may mean; nobody and nothing is an empty list. */
export interface Names {
  people(name: string): readonly UserId[];
  rooms(name: string): readonly RoomId[];
}

/** A name that nobody and no room has. */
export interface UnknownName {
  readonly filter: 'from' | 'in';
  readonly name: string;
  readonly span: Span;
}

export type Resolved = { readonly query: Query } | { readonly unknown: readonly UnknownName[] };

/** Puts ids in the place of names, or says which names mean nobody. */
export const resolve = ({ root }: ParsedQuery, names: Names): Resolved => {
  if (root === null) return { query: null };
  const unknown: UnknownName[] = [];
  const query = resolveNode(root, names, unknown);
  return unknown.length === 0 ? { query } : { unknown };
};

const resolveNode = (node: ParsedNode, names: Names, unknown: UnknownName[]): QueryNode => {
  const inner = (of: ParsedNode) => resolveNode(of, names, unknown);
  switch (node.kind) {
    case 'and':
    case 'or':
      return [node.kind, ...node.of.map(inner)];
    case 'not':
      return ['not', inner(node.of)];
    case 'text':
      return { text: node.text, quoted: node.quoted };
    case 'has':
      return { has: node.has };
    case 'sent':
      return { sent: node.sent };
    case 'from': {
      const from = names.people(node.name);
      if (from.length === 0) unknown.push({ filter: 'from', name: node.name, span: node.span });
      return { from };
    }
    case 'in': {
      const rooms = names.rooms(node.name);
      if (rooms.length === 0) unknown.push({ filter: 'in', name: node.name, span: node.span });
      return { in: rooms };
    }
  }
};
