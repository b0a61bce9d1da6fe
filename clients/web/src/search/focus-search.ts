import { searchPath } from '../app/route.ts';
import { navigate } from '../app/use-route.ts';

/** Names the search field, of which a page has one at most. */
export const searchFieldId = 'search';

/** Puts the cursor into the search field; on a phone, where an open room has none, on the page of search. */
export function focusSearch({ select = true } = {}): void {
  const field = document.getElementById(searchFieldId);
  if (field instanceof HTMLInputElement) {
    field.focus();
    if (select) field.select();
  } else navigate(searchPath);
}
