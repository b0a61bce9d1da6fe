import type { RoomView } from '@cloister/sdk';
import { Trans, useLingui } from '@lingui/react/macro';
import { type KeyboardEvent, useMemo } from 'react';
import { outsideChanges } from '../outside/outside-changes.ts';
import { usePeople, useSnapshot, useTimeline } from '../state/client-context.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { JumpButtons } from './jump-buttons.tsx';
import { JumpNotice } from './jump-notice.tsx';
import { MoreEntries } from './more-entries.tsx';
import { moveFocus } from './move-focus.ts';
import { TargetContext } from './target-context.tsx';
import styles from './timeline.module.css';
import { timelineItems } from './timeline-items.ts';
import { TimelineLine } from './timeline-line.tsx';
import { useJump } from './use-jump.ts';
import { useMarkRead } from './use-mark-read.ts';
import { useStickyScroll } from './use-sticky-scroll.ts';
import { useUnreadMarker } from './use-unread-marker.ts';

/** A room's entries, newest at the end; opened there, or at the entry of a position, which is marked. */
export function Timeline({ room, position }: { room: RoomView; position?: number | undefined }) {
  const { t } = useLingui();
  const { me } = useSnapshot();
  const view = useTimeline(room.id);
  const [marker, dismissMarker] = useUnreadMarker(room, view);
  const { entries, hasNewer } = view;
  const people = usePeople(room.people);
  const outside = useMemo(
    // Who was in the room is told by who is there now, so only for a window that reaches to now.
    () => (hasNewer ? undefined : outsideChanges(entries, { own: me.organisationId, members: room.people, people })),
    [entries, hasNewer, me.organisationId, room.people, people],
  );
  const items = useMemo(
    () => timelineItems(entries, { me: me.id, unreadAfter: marker, ...(outside && { outside }) }),
    [entries, me.id, marker, outside],
  );
  const keys = useMemo(() => new Set(entries.map(({ key }) => key)), [entries]);
  const scroll = useStickyScroll(entries[0]?.key, keys, hasNewer);
  const jump = useJump(view, position, scroll);
  useMarkRead(view, scroll.atEnd);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && marker !== undefined) dismissMarker();
    else if (scroll.box.current && moveFocus(scroll.box.current, event.key)) event.preventDefault();
  };
  return (
    <div className={styles.frame}>
      <div
        ref={scroll.box}
        className={styles.box}
        role="log"
        aria-label={t`Messages`}
        // Older entries are not news: they are not read out when they are added above.
        aria-live={scroll.atEnd ? 'polite' : 'off'}
        aria-busy={!view.loaded}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        data-landmark
        onScroll={scroll.onScroll}
        onKeyDown={onKeyDown}
      >
        <div ref={scroll.content} className={styles.content}>
          {!view.loaded && <Spinner label={t`Loading messages`} />}
          {view.loaded && <MoreEntries view={view} side="older" />}
          <TargetContext value={position}>
            {items.map((item) => (
              <TimelineLine key={item.key} item={item} />
            ))}
          </TargetContext>
          {view.loaded && <MoreEntries view={view} side="newer" />}
          {view.loaded && items.length === 0 && (
            <p className={styles.empty}>
              <Trans>Nothing here yet.</Trans>
            </p>
          )}
        </div>
      </div>
      <JumpNotice jump={jump} />
      <JumpButtons room={room} view={view} marker={marker} scroll={scroll} isAtEntry={position !== undefined} />
    </div>
  );
}
