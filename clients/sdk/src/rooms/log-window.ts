import type { LogEntry } from './log-entry.ts';

/**
 * A run of a room's log without holes: entries at `first`, `first + 1`, … in order. Empty when `entries` is.
 * `first` and `last` stay meaningful then: nothing is known, and the next page starts anywhere.
 */
export interface LogWindow {
  readonly entries: readonly LogEntry[];
}

export const emptyWindow: LogWindow = { entries: [] };

/** Position of the first entry, 0 when empty. */
export const firstOf = ({ entries }: LogWindow): number => entries[0]?.position ?? 0;

/** Position of the last entry, 0 when empty. */
export const lastOf = ({ entries }: LogWindow): number => entries.at(-1)?.position ?? 0;

/**
 * The window with a run of entries laid on it: what touches or overlaps is joined, and newer copies win, since deleting
 * empties a stored entry. A run that would leave a hole changes nothing.
 */
export const joined = (window: LogWindow, run: readonly LogEntry[]): LogWindow => {
  const sorted = contiguous(run);
  if (sorted.length === 0) return window;
  if (window.entries.length === 0) return { entries: sorted };
  const from = sorted[0]?.position ?? 0;
  const to = sorted.at(-1)?.position ?? 0;
  if (from > lastOf(window) + 1 || to < firstOf(window) - 1) return window;
  const before = window.entries.filter(({ position }) => position < from);
  const after = window.entries.filter(({ position }) => position > to);
  return { entries: [...before, ...sorted, ...after] };
};

/** The longest run without holes from the newest entry backwards; a position twice counts once, the later copy. */
export const contiguous = (run: readonly LogEntry[]): readonly LogEntry[] => {
  const byPosition = new Map(run.map((entry) => [entry.position, entry]));
  const sorted = [...byPosition.values()].sort((a, b) => a.position - b.position);
  let start = sorted.length - 1;
  while (start > 0 && sorted[start - 1]?.position === (sorted[start]?.position ?? 0) - 1) start -= 1;
  return sorted.slice(Math.max(0, start));
};

/** Keeps at most `most` entries, dropping from the far end. */
export const trimmed = (window: LogWindow, most: number, drop: 'oldest' | 'newest'): LogWindow => {
  if (window.entries.length <= most) return window;
  return { entries: drop === 'oldest' ? window.entries.slice(-most) : window.entries.slice(0, most) };
};
