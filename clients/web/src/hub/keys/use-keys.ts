import type { KeyManagement } from '@cloister/sdk';
import { CloisterError, type MasterKeyOverview } from '@cloister/wire';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type Fault, faultOf } from '../../app/fault.ts';
import { onlyProceeded } from './only-proceeded.ts';
import { isProgressing } from './own-keys.ts';

/** While something progresses the page looks often; else often enough to show what Amazon or a colleague did. */
const [busyMs, calmMs] = [1_500, 15_000];

/** Makes one change under the version that is on screen; undefined when somebody else was faster. */
export type ChangeKeys = (
  act: (management: KeyManagement, version: number) => Promise<MasterKeyOverview>,
) => Promise<MasterKeyOverview | undefined>;

/** What the page knows of the organisation's main keys. */
export type Keys =
  | { state: 'loading' }
  | { state: 'failed'; fault: Fault; again: () => void }
  | {
      state: 'ready';
      management: KeyManagement;
      overview: MasterKeyOverview;
      /** Somebody else changed the keys at the same moment; what is on screen is how they stand now. */
      conflict: boolean;
      /** The last look failed; what is on screen may be old. */
      fault?: Fault;
      change: ChangeKeys;
    };

/** Asks the key server how the main keys stand, again and again, and changes them. */
export function useKeys(management: KeyManagement): Keys {
  const [overview, setOverview] = useState<MasterKeyOverview>();
  const [fault, setFault] = useState<Fault>();
  const [conflict, setConflict] = useState(false);
  const [looks, setLooks] = useState(0);
  // An answer that was asked for before a newer one is not shown.
  const newest = useRef(0);

  const look = useCallback(async () => {
    const turn = ++newest.current;
    try {
      const found = await management.overview();
      if (turn !== newest.current) return;
      setOverview(found);
      setFault(undefined);
    } catch (error) {
      if (turn === newest.current) setFault(faultOf(error));
    }
    setLooks((count) => count + 1);
  }, [management]);

  useEffect(() => void look(), [look]);
  const progresses = overview !== undefined && isProgressing(overview);
  useEffect(() => {
    // `looks` starts the next wait when a look is over, however it ended.
    if (looks === 0) return;
    const timer = setTimeout(() => void look(), progresses ? busyMs : calmMs);
    return () => clearTimeout(timer);
  }, [look, looks, progresses]);

  if (overview === undefined) {
    if (fault === undefined) return { state: 'loading' };
    return { state: 'failed', fault, again: () => void look() };
  }
  const show = (found: MasterKeyOverview): void => {
    newest.current++;
    setOverview(found);
    setLooks((count) => count + 1);
  };
  const change: ChangeKeys = async (act) => {
    setConflict(false);
    let seen = overview;
    for (;;) {
      try {
        const changed = await act(management, seen.version);
        show(changed);
        return changed;
      } catch (error) {
        if (!(error instanceof CloisterError) || error.code !== 'kms/version-mismatch') throw error;
        const now = await management.overview();
        show(now);
        if (!onlyProceeded(seen, now)) {
          setConflict(true);
          return undefined;
        }
        seen = now;
      }
    }
  };
  return { state: 'ready', management, overview, conflict, change, ...(fault === undefined ? {} : { fault }) };
}
