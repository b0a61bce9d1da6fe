import type { SearchSnapshot, SearchView } from '@cloister/sdk';
import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import { useSnapshot } from '../../state/client-context.tsx';
import { situationOf } from './situation.ts';

const retryAfter = 10_000;
const nothing = () => () => {};

/** What a search has come to; it goes on by itself when what held it up has passed. */
export function useSearchView(view: SearchView | undefined): SearchSnapshot | undefined {
  const found = useSyncExternalStore(
    useCallback((listener) => (view === undefined ? nothing() : view.subscribe(listener)), [view]),
    () => view?.snapshot(),
  );
  const { connection, keysRevoked } = useSnapshot();
  const isReady = connection.state === 'online' && !keysRevoked;
  const situation = found && situationOf(found, keysRevoked);
  const retry = situation?.kind === 'failed' ? situation.retry : undefined;
  const wasReady = useRef(isReady);
  useEffect(() => {
    const back = isReady && !wasReady.current;
    wasReady.current = isReady;
    if (back && retry === 'online') void view?.more();
    // A new snapshot that failed again is waited for anew.
    if (retry !== 'soon') return;
    const timer = setTimeout(() => void view?.more(), retryAfter);
    return () => clearTimeout(timer);
  }, [view, found, retry, isReady]);
  return found;
}
