/** Small choices about the look of things, kept in this browser; nothing here is a secret or anyone's words. */
export type Choice = 'language' | 'theme' | 'people-panel';

const key = (choice: Choice) => `cloister.${choice}`;

/** A remembered choice, or null. Browsers may refuse storage; a choice is then simply not remembered. */
export function remembered(choice: Choice): string | null {
  try {
    return localStorage.getItem(key(choice));
  } catch {
    return null;
  }
}

/** Keeps a choice for the next visit. */
export function remember(choice: Choice, value: string): void {
  try {
    localStorage.setItem(key(choice), value);
  } catch {
    // Remembering is a convenience; the choice still holds on this page.
  }
}
