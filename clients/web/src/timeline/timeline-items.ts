import type { TimelineEntry } from '@cloister/sdk';
import type { UserId } from '@cloister/wire';
import { localDay } from '../i18n/format-time.ts';

/** What one line of the timeline shows. `continued`: the same person goes on, so name and picture are not repeated. */
export type TimelineItem =
  | { readonly kind: 'day'; readonly key: string; readonly date: Date }
  | { readonly kind: 'unread'; readonly key: 'unread' }
  | { readonly kind: 'entry'; readonly key: string; readonly entry: TimelineEntry; readonly continued: boolean };

const groupGap = 5 * 60_000;

/**
 * Entries with day separators, grouped by sender, and a marker before the first unread entry of others.
 * @param unreadAfter position of the read marker as it was when the person came, or undefined for no marker
 */
export function timelineItems(
  entries: readonly TimelineEntry[],
  { me, unreadAfter }: { me: UserId; unreadAfter: number | undefined },
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
