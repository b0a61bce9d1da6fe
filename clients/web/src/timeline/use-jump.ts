import type { TimelineView } from '@cloister/sdk';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Fault, faultOf } from '../app/fault.ts';
import { useClient } from '../state/client-context.tsx';
import type { StickyScroll } from './use-sticky-scroll.ts';

export interface Jump {
  /** What is around the entry could not be fetched. */
  readonly fault: Fault | undefined;
  /** It was fetched, and the entry is not there. */
  readonly isGone: boolean;
  readonly again: () => void;
}

/** Opens a room at its end, or at the entry that the address names: fetches what is around it and puts the focus on it. */
export function useJump(view: TimelineView, position: number | undefined, { box, toEntry }: StickyScroll): Jump {
  const client = useClient();
  const { roomId, entries } = view;
  const [arrived, setArrived] = useState<number>();
  const [fault, setFault] = useState<Fault>();
  const focused = useRef<number>(undefined);
  const open = useCallback(async () => {
    setFault(undefined);
    try {
      if (position !== undefined) await client.history.around(roomId, position);
      await client.rooms.open(roomId);
      // An earlier jump may have left the window in the past.
      if (position === undefined && client.timeline(roomId).hasNewer) await client.history.newest(roomId);
      setArrived(position);
    } catch (error) {
      // A room that cannot be loaded at its end is loaded when the client is online again.
      if (position !== undefined) setFault(faultOf(error));
    }
  }, [client, roomId, position]);
  useEffect(() => void open(), [open]);

  const isThere = position !== undefined && entries.some((entry) => entry.position === position);
  const isReady = isThere && arrived === position;
  useEffect(() => {
    if (!isReady || focused.current === position) return;
    focused.current = position;
    const entry = box.current?.querySelector<HTMLElement>(`[data-position="${position}"]`);
    if (entry) toEntry(entry);
  }, [isReady, position, box, toEntry]);
  return { fault, isGone: position !== undefined && arrived === position && !isThere, again: () => void open() };
}
