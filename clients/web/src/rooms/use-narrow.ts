import { useSyncExternalStore } from 'react';

/** As in the style sheets: where the list and a room do not fit beside each other. */
const query = '(width < 48rem)';

function subscribe(listener: () => void): () => void {
  const media = matchMedia(query);
  media.addEventListener('change', listener);
  return () => media.removeEventListener('change', listener);
}

/** Whether the window is a phone's: then the list and an open room are two pages. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => matchMedia(query).matches);
