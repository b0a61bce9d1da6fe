import type { PersonView } from '@cloister/sdk';
import type { UserId } from '@cloister/wire';
import { useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import { type Fault, faultOf } from '../app/fault.ts';
import { useClient } from '../state/client-context.tsx';
import { isSearchable, offer } from './person-search.ts';

export type PersonSearch =
  | { state: 'idle' }
  | { state: 'searching' }
  | { state: 'found'; people: readonly PersonView[] }
  | { state: 'failed'; fault: Fault };

/** Time without a keystroke after which a request is worth it. */
const pause = 250;

/** Looks people up by name or e-mail while one types; an older answer never replaces a newer one. */
export function usePersonSearch(query: string, taken: ReadonlySet<UserId>): PersonSearch {
  const client = useClient();
  const { i18n } = useLingui();
  const [search, setSearch] = useState<PersonSearch>({ state: 'idle' });
  useEffect(() => {
    if (!isSearchable(query)) return setSearch({ state: 'idle' });
    const stop = new AbortController();
    setSearch((before) => (before.state === 'found' ? before : { state: 'searching' }));
    const timer = setTimeout(() => {
      client.people.search(query.trim(), { signal: stop.signal }).then(
        (people) => stop.signal.aborted || setSearch({ state: 'found', people }),
        (error) => stop.signal.aborted || setSearch({ state: 'failed', fault: faultOf(error) }),
      );
    }, pause);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [client, query]);
  return search.state === 'found' ? { state: 'found', people: offer(search.people, taken, i18n.locale) } : search;
}
