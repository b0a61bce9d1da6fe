import type { Search } from '@cloister/sdk';
import { createContext, type ReactNode, use, useState, useSyncExternalStore } from 'react';
import { type DeskState, SearchDesk } from './search-desk.ts';

const SearchContext = createContext<SearchDesk | undefined>(undefined);

/** Gives everything below one search desk. */
export function SearchProvider({ load, children }: { load: () => Promise<Search>; children: ReactNode }) {
  const [desk] = useState(() => new SearchDesk(load));
  return <SearchContext value={desk}>{children}</SearchContext>;
}

/** The search of this visit. */
export function useDesk(): SearchDesk {
  const desk = use(SearchContext);
  if (desk === undefined) throw new TypeError('useDesk outside SearchProvider');
  return desk;
}

/** What the search desk shows; renders again when it changes. */
export function useDeskState(): DeskState {
  const desk = useDesk();
  return useSyncExternalStore(desk.subscribe, desk.state);
}
