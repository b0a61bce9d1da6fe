import type { PersonView } from '@cloister/sdk';
import type { UserId } from '@cloister/wire';

/** Whether a query is worth a request: identity's search is limited, and one letter finds everyone. */
export function isSearchable(query: string): boolean {
  const text = query.trim();
  // A single Han or kana character is a name's beginning; a single Latin letter is not.
  return text.length > 1 || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(text);
}

/** Results without those who are in already, in the language's own order. */
export function offer(found: readonly PersonView[], taken: ReadonlySet<UserId>, language: string): PersonView[] {
  const collator = new Intl.Collator(language);
  return found.filter(({ id }) => !taken.has(id)).toSorted((a, b) => collator.compare(a.name, b.name));
}
