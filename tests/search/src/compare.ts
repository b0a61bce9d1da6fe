import type { AskedQuery } from './queries/queries.ts';
import type { Settled } from './reference/settled.ts';

export interface Difference {
  readonly query: AskedQuery;
  readonly message: Settled;
  /** Who found it; the other did not. */
  readonly foundBy: 'the reference scan' | 'the search';
}

/** What the one finds and the other does not. */
export function compare(
  asked: AskedQuery,
  reference: readonly Settled[],
  search: readonly Settled[],
): readonly Difference[] {
  const [expected, found] = [new Set(reference), new Set(search)];
  const missing = reference.filter((message) => !found.has(message));
  const more = search.filter((message) => !expected.has(message));
  return [
    ...missing.map((message): Difference => ({ query: asked, message, foundBy: 'the reference scan' })),
    ...more.map((message): Difference => ({ query: asked, message, foundBy: 'the search' })),
  ];
}

/** One line, with what one needs to look into it. */
export function told({ query, message: { content }, foundBy }: Difference): string {
  const files = content.files.map((file) => JSON.stringify(file));
  return `${query.kind} ⟦${query.text}⟧ (${query.timeZone}): only ${foundBy} finds ⟦${content.text}⟧ ${files.join(' ')}`;
}
