/** A stretch of what was typed: UTF-16 offsets, the end is not in it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Names of filters. */
export const filterNames = ['from', 'in', 'has', 'before', 'after', 'on'] as const;

export type FilterName = (typeof filterNames)[number];

/** One sign of a query. */
export type QueryToken =
  | { readonly kind: 'open' | 'close' | 'or' | 'not'; readonly span: Span }
  | { readonly kind: 'text'; readonly span: Span; readonly text: string; readonly quoted: boolean }
  | {
      readonly kind: 'filter';
      readonly span: Span;
      readonly name: FilterName;
      readonly value: string;
      /** Of the value, with its quotes. */
      readonly valueSpan: Span;
    };

/** A word, phrase or filter: what a query is counted by. */
export type QueryPart = Extract<QueryToken, { kind: 'text' | 'filter' }>;

/** Whether a sign is a word, phrase or filter. */
export const isPart = (token: QueryToken): token is QueryPart => token.kind === 'text' || token.kind === 'filter';
