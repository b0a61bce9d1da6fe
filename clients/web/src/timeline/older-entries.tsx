import type { TimelineView } from '@cloister/sdk';
import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useRef } from 'react';
import { useClient } from '../state/client-context.tsx';
import { Button } from '../ui/button.tsx';
import { Spinner } from '../ui/spinner.tsx';
import styles from './older-entries.module.css';

/** Loads the page before the first entry when its place comes into view, or on request. */
export function OlderEntries({ view }: { view: TimelineView }) {
  const { t } = useLingui();
  const client = useClient();
  const place = useRef<HTMLDivElement>(null);
  const { roomId, hasOlder, loadingOlder } = view;
  const first = view.entries[0]?.key;
  // A new first entry moves the place, so it is watched anew.
  useEffect(() => {
    if (!hasOlder || loadingOlder || !place.current) return;
    const near = new IntersectionObserver(
      ([entry]) => {
        // A page that could not be fetched is asked for again by the button or by the next scroll.
        if (entry?.isIntersecting) void client.history.older(roomId).catch(() => {});
      },
      { root: place.current.closest('[role="log"]'), rootMargin: '400px 0px' },
    );
    near.observe(place.current);
    return () => near.disconnect();
  }, [client, roomId, hasOlder, loadingOlder, first]);
  if (!hasOlder) return null;
  return (
    <div ref={place} className={styles.place}>
      {loadingOlder ? (
        <Spinner label={t`Loading earlier messages`} />
      ) : (
        <Button kind="quiet" onPress={() => void client.history.older(roomId).catch(() => {})}>
          <Trans>Show earlier messages</Trans>
        </Button>
      )}
    </div>
  );
}
