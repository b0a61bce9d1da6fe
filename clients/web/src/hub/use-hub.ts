import { useCallback, useEffect, useMemo, useState } from 'react';
import { type Fault, faultOf } from '../app/fault.ts';
import { useSession } from '../app/session-context.tsx';
import { useConfig } from '../state/config-context.tsx';
import { type IdentityApi, identityApi, type Member } from './identity-api.ts';

/** What the administration page can show. */
export type Hub =
  | { state: 'loading' }
  | { state: 'not-administrator' }
  | { state: 'failed'; fault: Fault; again: () => void }
  | { state: 'ready'; people: readonly Member[]; api: IdentityApi; reload: () => void };

/** Asks identity who one is, and for an administrator who else there is. */
export function useHub(): Hub {
  const session = useSession();
  const { identity } = useConfig();
  const api = useMemo(
    () =>
      identityApi({
        base: identity,
        peopleToken: () => session.peopleToken(),
        fullToken: () => session.fullToken(),
        fetch: (...args) => fetch(...args),
      }),
    [identity, session],
  );
  const [hub, setHub] = useState<Hub>({ state: 'loading' });
  const load = useCallback(async () => {
    try {
      const { roles } = await api.me();
      if (!roles.includes('full-admin')) return setHub({ state: 'not-administrator' });
      setHub({ state: 'ready', people: await api.people(), api, reload: () => void load() });
    } catch (error) {
      setHub({ state: 'failed', fault: faultOf(error), again: () => void load() });
    }
  }, [api]);
  useEffect(() => void load(), [load]);
  return hub;
}
