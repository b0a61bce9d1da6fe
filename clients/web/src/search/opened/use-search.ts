import type { Search } from '@cloister/sdk';
import { useEffect, useState } from 'react';
import { useDesk } from '../search-context.tsx';

/** Search, once it is loaded; what could not be loaded says so when one asks. */
export function useSearch(): Search | undefined {
  const desk = useDesk();
  const [search, setSearch] = useState<Search>();
  useEffect(() => {
    let current = true;
    desk.search().then(
      (loaded) => current && setSearch(loaded),
      () => {},
    );
    return () => {
      current = false;
    };
  }, [desk]);
  return search;
}
