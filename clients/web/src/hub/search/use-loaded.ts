import { useCallback, useEffect, useState } from 'react';
import { type Fault, faultOf } from '../../app/fault.ts';

/** Something a page asks for once, and again on request. */
export type Loaded<T> =
  | { state: 'loading' }
  | { state: 'failed'; fault: Fault; again: () => void }
  | { state: 'ready'; value: T; again: () => void };

/** Asks for something; `load` must be the same function while it asks for the same. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  const again = useCallback(() => {
    setLoaded({ state: 'loading' });
    load().then(
      (value) => setLoaded({ state: 'ready', value, again }),
      (error) => setLoaded({ state: 'failed', fault: faultOf(error), again }),
    );
  }, [load]);
  useEffect(again, [again]);
  return loaded;
}
