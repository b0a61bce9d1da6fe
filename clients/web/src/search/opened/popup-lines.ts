import type { Destination, Search, Suggestion } from '@cloister/sdk';

/** One line below the search field. */
export type PopupLine =
  | { readonly kind: 'go'; readonly key: string; readonly to: Destination }
  | { readonly kind: 'insert'; readonly key: string; readonly suggestion: Suggestion }
  | { readonly kind: 'recent'; readonly key: string; readonly text: string };

const mostDestinations = 6;

/** What is offered for what is typed: what the word at the cursor could become, where one could go, and what was asked before. */
export function popupLines(
  search: Pick<Search, 'suggest' | 'destinations'>,
  { text, caret, recent }: { text: string; caret: number; recent: readonly string[] },
): PopupLine[] {
  const typed = text.trim() !== '';
  const before = typed ? [] : recent.map((one): PopupLine => ({ kind: 'recent', key: `recent ${one}`, text: one }));
  const inserts = search.suggest(text, caret).map((suggestion): PopupLine => {
    const what = suggestion.kind === 'filter' ? suggestion.filter : suggestion.id;
    return { kind: 'insert', key: `insert ${what}`, suggestion };
  });
  const places = search
    .destinations(text)
    .slice(0, mostDestinations)
    .map((to): PopupLine => ({ kind: 'go', key: `go ${to.id}`, to }));
  return [...before, ...inserts, ...places];
}
