import type { Administration } from '@cloister/sdk';
import type { DomainView } from '@cloister/wire';
import { useCallback, useEffect, useState } from 'react';
import { type Fault, faultOf } from '../../app/fault.ts';

/** What the page knows of the organisation's domains. */
export type Domains =
  | { state: 'loading' }
  | { state: 'failed'; fault: Fault; again: () => void }
  | { state: 'ready'; domains: readonly DomainView[]; reload: () => Promise<void> };

/** Asks identity which domains the organisation proved or claims. */
export function useDomains(administration: Administration): Domains {
  const [domains, setDomains] = useState<Domains>({ state: 'loading' });
  const load = useCallback(async (): Promise<void> => {
    try {
      setDomains({ state: 'ready', domains: await administration.domains(), reload: load });
    } catch (error) {
      setDomains({ state: 'failed', fault: faultOf(error), again: () => void load() });
    }
  }, [administration]);
  useEffect(() => void load(), [load]);
  return domains;
}
