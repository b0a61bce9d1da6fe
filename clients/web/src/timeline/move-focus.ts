/** Moves the focus between the entries of a timeline; true when the key was one of ours. */
export function moveFocus(box: HTMLElement, key: string): boolean {
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return false;
  const focused = document.activeElement;
  // Within an entry's own controls the arrows are theirs.
  if (focused !== box && !focused?.matches('[data-entry]')) return false;
  const entries = [...box.querySelectorAll<HTMLElement>('[data-entry]')];
  const index = entries.indexOf(focused as HTMLElement);
  const step = key === 'ArrowUp' ? -1 : 1;
  const next = index === -1 ? entries.at(-1) : entries[index + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return true;
}
