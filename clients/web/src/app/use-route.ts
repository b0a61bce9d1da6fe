import { useSyncExternalStore } from 'react';
import { parseRoute, type Route } from './route.ts';

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('popstate', listener);
  };
}

/** The current route; follows links, back and forward. */
export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.pathname));
}

/** Goes to a path of this application; `replace` leaves no way back to the current one. */
export function navigate(path: string, { replace = false } = {}): void {
  if (path === location.pathname && location.search === '') return;
  if (replace) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  for (const listener of listeners) listener();
}
