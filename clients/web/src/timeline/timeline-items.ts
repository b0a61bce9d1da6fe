import type { TimelineEntry } from '@cloister/sdk';
import type { UserId } from '@cloister/wire';
import { localDay } from '../i18n/format-time.ts';
import type { OutsideChange } from '../outside/outside-changes.ts';

/** What one line of the timeline shows. `continued`: the same person goes on, so name and picture are not repeated. */
export type TimelineItem =
  | { readonly kind: 'day'; readonly key: string; readonly date: Date }
  | { readonly kind: 'unread'; readonly key: 'unread' }
  | { readonly kind: 'entry'; readonly key: string; readonly entry: TimelineEntry; readonly continued: boolean }
  | { readonly kind: 'outside'; readonly key: string; readonly entry: TimelineEntry; readonly change: OutsideChange };

interface Options {
  readonly me: UserId;
  /** Position of the read marker as it was when the person came, or undefined for no marker. */
  readonly unreadAfter: number | undefined;
  /** The entries with which outsiders first came or last left. */
  readonly outside?: ReadonlyMap<string, OutsideChange>;
}

const groupGap = 5 * 60_000;

/**
 * Entries with day separators, grouped by sender, a marker before the first unread entry of others, and a line where the
 * room began or ceased to have people of other organisations.
 */
export function timelineItems(
  entries: readonly TimelineEntry[],
  { me, unreadAfter, outside }: Options,
): TimelineItem[] {
  const items: TimelineItem[] = [];
  let previous: TimelineEntry | undefined;
  let marked = unreadAfter === undefined;
  for (const entry of entries) {
    if (entry.kind === 'key-changed') continue;
    const date = new Date(entry.published);
    const newDay = previous === undefined || localDay(new Date(previous.published)) !== localDay(date);
    if (newDay) items.push({ kind: 'day', key: `day-${localDay(date)}-${entry.key}`, date });
    const firstUnread = !marked && isUnread(entry, me, unreadAfter ?? 0);
    if (firstUnread) {
      marked = true;
      items.push({ kind: 'unread', key: 'unread' });
    }
    const continued = !newDay && !firstUnread && previous !== undefined && continues(previous, entry);
    items.push({ kind: 'entry', key: entry.key, entry, continued });
    const change = outside?.get(entry.key);
    if (change !== undefined) items.push({ kind: 'outside', key: `outside-${entry.key}`, entry, change });
    previous = entry;
  }
  return items;
}

/** Whether an entry counts as unread after a position: only what others did does. */
export const isUnread = (entry: TimelineEntry, me: UserId, after: number): boolean =>
  entry.actor !== me && entry.position !== undefined && entry.position > after;

const isSaid = (entry: TimelineEntry): boolean =>
  entry.kind === 'message' || entry.kind === 'files' || entry.kind === 'deleted';

function continues(previous: TimelineEntry, entry: TimelineEntry): boolean {
  if (!isSaid(previous) || !isSaid(entry) || previous.actor !== entry.actor) return false;
  return Date.parse(entry.published) - Date.parse(previous.published) < groupGap;
}
