import type { TimelineView } from '@cloister/sdk';
import { useEffect, useState } from 'react';
import { useClient } from '../state/client-context.tsx';

/** Tells the core that everything was read, while the newest entries are on a visible screen. */
export function useMarkRead(view: TimelineView, atEnd: boolean): void {
  const client = useClient();
  const visible = useVisible();
  const newest = view.entries.findLast(({ position }) => position !== undefined)?.position;
  const unread = view.loaded && !view.hasNewer && newest !== undefined && newest > view.readPosition;
  useEffect(() => {
    // A lost acknowledgement only leaves the count as it was; the next one includes it.
    if (unread && atEnd && visible) void client.rooms.markRead(view.roomId, newest).catch(() => {});
  }, [client, view.roomId, newest, unread, atEnd, visible]);
}

function useVisible(): boolean {
  const [visible, setVisible] = useState(!document.hidden);
  useEffect(() => {
    const changed = () => setVisible(!document.hidden);
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  return visible;
}
