import type { RoomView, TimelineView } from '@cloister/sdk';
import { useEffect, useReducer, useRef } from 'react';
import { moveUnreadMarker, type UnreadMarker } from './unread-marker.ts';

/** The unread marker of the room on screen, and how to dismiss it. */
export function useUnreadMarker(room: RoomView, view: TimelineView): [UnreadMarker, () => void] {
  const [marker, move] = useReducer(moveUnreadMarker, undefined, () =>
    moveUnreadMarker(undefined, { event: 'came', unread: room.unread, readPosition: room.readPosition }),
  );
  const newest = useRef<number>(undefined);
  newest.current = view.entries.findLast(({ position }) => position !== undefined)?.position;
  useEffect(() => {
    const changed = () => document.hidden && move({ event: 'went-away', newest: newest.current });
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  return [marker, () => move({ event: 'dismissed' })];
}
