import type { RoomView, TimelineView } from '@cloister/sdk';
import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useRef } from 'react';
import { useClient } from '../state/client-context.tsx';
import { Button } from '../ui/button.tsx';
import styles from './jump-buttons.module.css';
import type { UnreadMarker } from './unread-marker.ts';
import type { StickyScroll } from './use-sticky-scroll.ts';

interface Props {
  room: RoomView;
  view: TimelineView;
  marker: UnreadMarker;
  scroll: StickyScroll;
  /** The room was opened at an entry: reading begins there. */
  isAtEntry: boolean;
}

/** The ways to the oldest unread entry and to the newest entry, when they are out of sight. */
export function JumpButtons({ room, view, marker, scroll, isAtEntry }: Props) {
  const { t } = useLingui();
  const client = useClient();
  const first = view.entries.find(({ position }) => position !== undefined)?.position;
  const unreadAbove = marker !== undefined && first !== undefined && first > marker + 1;
  const seen = useRef(false);

  const showMarker = () =>
    scroll.box.current?.querySelector('[data-unread-marker]')?.scrollIntoView({ block: 'start' });
  useEffect(() => {
    // Once, when the room appears: begin reading where reading stopped.
    if (!view.loaded || seen.current) return;
    seen.current = true;
    if (!isAtEntry) showMarker();
  });
  const toUnread = async () => {
    await client.history.around(room.id, (marker ?? 0) + 1).catch(() => {});
    requestAnimationFrame(showMarker);
  };
  const toNewest = async () => {
    if (view.hasNewer) await client.history.newest(room.id).catch(() => {});
    requestAnimationFrame(scroll.toEnd);
  };
  const unread = room.unread;
  return (
    <>
      {unreadAbove && (
        <div className={styles.top}>
          <Button icon="back" onPress={() => void toUnread()}>
            <Trans>Go to the first unread message</Trans>
          </Button>
        </div>
      )}
      {(!scroll.atEnd || view.hasNewer) && (
        <div className={styles.bottom}>
          <Button icon="down" onPress={() => void toNewest()}>
            {unread > 0 ? t`${plural(unread, { one: '# new message', other: '# new messages' })}` : t`Newest messages`}
          </Button>
        </div>
      )}
    </>
  );
}
