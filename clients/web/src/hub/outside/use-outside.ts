import type { OutsideManagement } from '@cloister/sdk';
import type { OutsideOverview } from '@cloister/wire';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Fault, faultOf } from '../../app/fault.ts';

/** Makes one change and shows what stands then; rejects when it was not made. */
export type ChangeOutside = (act: (management: OutsideManagement) => Promise<OutsideOverview>) => Promise<void>;

/** What the page knows of other organisations. */
export type Outside =
  | { state: 'loading' }
  | { state: 'failed'; fault: Fault; again: () => void }
  | { state: 'ready'; overview: OutsideOverview; change: ChangeOutside; again: () => void };

/** Asks the key server which organisations were met and what was decided about them, and changes that. */
export function useOutside(management: OutsideManagement): Outside {
  const [overview, setOverview] = useState<OutsideOverview>();
  const [fault, setFault] = useState<Fault>();
  // An answer that was asked for before a newer one is not shown.
  const newest = useRef(0);
  const look = useCallback(async () => {
    const turn = ++newest.current;
    setFault(undefined);
    try {
      const found = await management.overview();
      if (turn === newest.current) setOverview(found);
    } catch (error) {
      if (turn === newest.current) setFault(faultOf(error));
    }
  }, [management]);
  useEffect(() => void look(), [look]);

  const again = () => void look();
  if (fault !== undefined) return { state: 'failed', fault, again };
  if (overview === undefined) return { state: 'loading' };
  const change: ChangeOutside = async (act) => {
    const changed = await act(management);
    newest.current++;
    setOverview(changed);
  };
  return { state: 'ready', overview, change, again };
}
