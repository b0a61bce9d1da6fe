/** More changes than anybody goes through. */
const REGIONS = 10_000;

/**
 * Which of a text's characters are deleted and only kept until somebody accepts that. LibreOffice leaves them where they
 * were, between marks, glued to what replaced them.
 * @see OpenDocument 1.3 part 3, 5.5.2 (`text:changed-region`), 5.5.7 (`text:change-start`)
 */
export class TrackedDeletions {
  readonly #deletions = new Set<string>();
  readonly #open = new Set<string>();
  #region = '';

  element(tag: string): void {
    if (tag === 'text:deletion' && this.#deletions.size < REGIONS) this.#deletions.add(this.#region);
  }

  attribute(tag: string, name: string, value: string): void {
    if (tag === 'text:changed-region' && name === 'text:id') this.#region = value;
    if (name !== 'text:change-id' || !this.#deletions.has(value)) return;
    if (tag === 'text:change-start') this.#open.add(value);
    if (tag === 'text:change-end') this.#open.delete(value);
  }

  get inside(): boolean {
    return this.#open.size > 0;
  }
}
