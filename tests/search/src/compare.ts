import type { AskedQuery } from './queries/queries.ts';
import { isExact } from './reference/match-part.ts';
import type { Query } from './reference/query.ts';
import type { Settled } from './reference/settled.ts';

export interface Difference {
  readonly query: AskedQuery;
  readonly message: Settled;
  /** Who found it; the other did not. */
  readonly foundBy: 'the reference scan' | 'the search';
}

export interface Compared {
  readonly differences: readonly Difference[];
  /** Left out by its name in docs/search.md: files of which the client cannot say whether they are what was found. */
  readonly fileFilters: number;
}

/** What the one finds and the other does not. */
export function compare(
  asked: AskedQuery,
  query: Query | null,
  reference: readonly Settled[],
  search: readonly Settled[],
): Compared {
  const [expected, found] = [new Set(reference), new Set(search)];
  const missing = reference.filter((message) => !found.has(message));
  const more = search.filter((message) => !expected.has(message));
  const isUnsure = (message: Settled): boolean =>
    query !== null && hasFilterBesides(query, false) && mayHoldText(message);
  const wrong = more.filter((message) => !isUnsure(message));
  return {
    differences: [
      ...missing.map((message): Difference => ({ query: asked, message, foundBy: 'the reference scan' })),
      ...wrong.map((message): Difference => ({ query: asked, message, foundBy: 'the search' })),
    ],
    fileFilters: more.length - wrong.length,
  };
}

/** One line, with what one needs to look into it. */
export function told({ query, message: { content }, foundBy }: Difference): string {
  const files = content.files.map((file) => JSON.stringify(file));
  return `${query.kind} ⟦${query.text}⟧ (${query.timeZone}): only ${foundBy} finds ⟦${content.text}⟧ ${files.join(' ')}`;
}

/** Whether one side of an OR, or of an AND that is excluded, is something that terms do not know (`file-filters`). */
function hasFilterBesides(query: Query, excluded: boolean): boolean {
  if (query.kind === 'not') return hasFilterBesides(query.one, !excluded);
  if (query.kind !== 'and' && query.kind !== 'or') return false;
  const isEither = (query.kind === 'or') !== excluded;
  return query.all.some((one) => (isEither ? isUnknown(one, excluded) : hasFilterBesides(one, excluded)));
}

/** "`in:`, a day, or the exclusion of a phrase or of more than two characters" */
function isUnknown(query: Query, excluded: boolean): boolean {
  if (query.kind === 'and' || query.kind === 'or') return query.all.some((one) => isUnknown(one, excluded));
  if (query.kind === 'not') return isUnknown(query.one, !excluded);
  if (query.kind === 'part') return excluded && !isExact(query);
  return query.kind === 'in' || query.kind === 'time';
}

const mayHoldText = ({ content }: Settled): boolean =>
  content.files.some(({ mimeType }) => !/^(image|video|audio)\//u.test(mimeType ?? ''));
