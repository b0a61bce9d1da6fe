import type { TimelineView } from '@cloister/sdk';
import { useLingui } from '@lingui/react/macro';
import { useEffect, useRef } from 'react';
import { useClient } from '../state/client-context.tsx';
import { Button } from '../ui/button.tsx';
import { Spinner } from '../ui/spinner.tsx';
import styles from './more-entries.module.css';

/** Loads the page before the first entry, or after the last one, when its place comes into view, or on request. */
export function MoreEntries({ view, side }: { view: TimelineView; side: 'older' | 'newer' }) {
  const { t } = useLingui();
  const client = useClient();
  const place = useRef<HTMLDivElement>(null);
  const { roomId, entries } = view;
  const isOlder = side === 'older';
  const has = isOlder ? view.hasOlder : view.hasNewer;
  const isLoading = isOlder ? view.loadingOlder : view.loadingNewer;
  const edge = entries.at(isOlder ? 0 : -1)?.key;
  // A new entry at the edge moves the place, so it is watched anew.
  useEffect(() => {
    if (!has || isLoading || !place.current) return;
    const near = new IntersectionObserver(
      ([entry]) => {
        // A page that could not be fetched is asked for again by the button or by the next scroll.
        if (entry?.isIntersecting) void client.history[side](roomId).catch(() => {});
      },
      { root: place.current.closest('[role="log"]'), rootMargin: '400px 0px' },
    );
    near.observe(place.current);
    return () => near.disconnect();
  }, [client, roomId, side, has, isLoading, edge]);
  if (!has) return null;
  return (
    <div ref={place} className={styles.place}>
      {isLoading ? (
        <Spinner label={isOlder ? t`Loading earlier messages` : t`Loading later messages`} />
      ) : (
        <Button kind="quiet" onPress={() => void client.history[side](roomId).catch(() => {})}>
          {isOlder ? t`Show earlier messages` : t`Show later messages`}
        </Button>
      )}
    </div>
  );
}
