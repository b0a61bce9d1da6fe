import { focusSearch } from '../focus-search.ts';

/** Moves the focus through what was found, and above the first back to the field; true when the key was one of ours. */
export function moveHit(box: HTMLElement, key: string): boolean {
  if (key !== 'ArrowUp' && key !== 'ArrowDown' && key !== 'Home' && key !== 'End') return false;
  const hits = [...box.querySelectorAll<HTMLElement>('[data-hit]')];
  const index = hits.indexOf(document.activeElement as HTMLElement);
  if (index === -1 && document.activeElement !== box) return false;
  if (key === 'ArrowUp' && index <= 0) {
    focusSearch({ select: false });
    return true;
  }
  const to = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: hits.length - 1 }[key];
  const next = hits[to];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: 'nearest' });
  return true;
}
