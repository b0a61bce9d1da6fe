import { type Administration, openAdministration } from '@cloister/sdk';
import type { FunctionView, Member } from '@cloister/wire';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { type Fault, faultOf } from '../app/fault.ts';
import { useSession } from '../app/session-context.tsx';

/** What the administration page can show. */
export type Hub =
  | { state: 'loading' }
  | { state: 'not-administrator'; functions: readonly FunctionView[] }
  | { state: 'failed'; fault: Fault; again: () => void }
  | {
      state: 'ready';
      people: readonly Member[];
      functions: readonly FunctionView[];
      administration: Administration;
      reload: () => Promise<void>;
    };

/** Asks identity who one is, which functions are on, and for an administrator who else there is. */
export function useHub(): Hub {
  const session = useSession();
  const administration = useMemo(() => openAdministration(session), [session]);
  const [hub, setHub] = useState<Hub>({ state: 'loading' });
  const load = useCallback(async (): Promise<void> => {
    try {
      const [{ roles }, functions] = await Promise.all([administration.me(), administration.functions()]);
      if (!roles.includes('full-admin')) return setHub({ state: 'not-administrator', functions });
      setHub({ state: 'ready', people: await administration.people(), functions, administration, reload: load });
    } catch (error) {
      setHub({ state: 'failed', fault: faultOf(error), again: () => void load() });
    }
  }, [administration]);
  useEffect(() => void load(), [load]);
  return hub;
}
