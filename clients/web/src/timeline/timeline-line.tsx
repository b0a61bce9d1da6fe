import { memo } from 'react';
import { OutsideEvent } from '../outside/outside-event.tsx';
import { EventLine } from './event-line.tsx';
import { SaidEntry } from './said-entry.tsx';
import { DaySeparator, UnreadMarker } from './separators.tsx';
import type { TimelineItem } from './timeline-items.ts';

/** One line of the timeline; rendered again only when it changes. */
export const TimelineLine = memo(
  function TimelineLine({ item }: { item: TimelineItem }) {
    if (item.kind === 'day') return <DaySeparator date={item.date} />;
    if (item.kind === 'unread') return <UnreadMarker />;
    if (item.kind === 'outside') return <OutsideEvent entry={item.entry} change={item.change} />;
    const { entry, continued } = item;
    return entry.kind === 'message' || entry.kind === 'files' || entry.kind === 'deleted' ? (
      <SaidEntry entry={entry} continued={continued} />
    ) : (
      <EventLine entry={entry} />
    );
  },
  // Items are made anew with every change of the room; their entries are not.
  ({ item: a }, { item: b }) =>
    a.kind === 'entry' && b.kind === 'entry' ? a.entry === b.entry && a.continued === b.continued : a.key === b.key,
);
