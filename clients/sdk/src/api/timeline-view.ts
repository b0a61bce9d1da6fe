import type { RoomId } from '@cloister/wire';
import type { TimelineEntry } from './timeline-entry.ts';

/**
 * The loaded window of one room, oldest first, outbox entries last. Immutable; a new object on every change.
 * The window has no holes: what was missed while offline is fetched before anything newer is shown.
 */
export interface TimelineView {
  readonly roomId: RoomId;
  readonly entries: readonly TimelineEntry[];
  /** False until the first page arrived. */
  readonly loaded: boolean;
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
  readonly loadingOlder: boolean;
  readonly loadingNewer: boolean;
  /** The asker's read marker: entries of others after this position are unread. */
  readonly readPosition: number;
}
