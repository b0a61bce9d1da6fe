import type { Has } from '../has.ts';
import type { QueryToken, Span } from './query-token.ts';

/** Moments from `from` up to, not including, `until`, in ms; a missing bound is none. */
export interface Sent {
  readonly from?: number;
  readonly until?: number;
}

/** A query as typed: people and rooms are names still. */
export type ParsedNode =
  | { readonly kind: 'and' | 'or'; readonly of: readonly ParsedNode[] }
  | { readonly kind: 'not'; readonly of: ParsedNode }
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean; readonly span: Span }
  | { readonly kind: 'from' | 'in'; readonly name: string; readonly span: Span }
  | { readonly kind: 'has'; readonly has: Has; readonly span: Span }
  | { readonly kind: 'sent'; readonly sent: Sent; readonly span: Span };

/** What {@link parseQuery} makes of a query. */
export interface ParsedQuery {
  /** `null` for a query of nothing. */
  readonly root: ParsedNode | null;
  /** Every sign, in order, those left out too. */
  readonly tokens: readonly QueryToken[];
}
