import { Trans } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import { useClient, useSnapshot } from '../state/client-context.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { type Banner, nextBanner } from './banner.ts';
import styles from './connection-banner.module.css';

const caughtUpFor = 4000;

/**
 * Tells when the connection is lost and when everything missed is here again, and when the organisation’s main key is off
 * (R048). No reload is ever needed.
 */
export function ConnectionBanner() {
  const client = useClient();
  const { connection, keysRevoked } = useSnapshot();
  const { state } = connection;
  const [banner, setBanner] = useState<Banner>('none');
  useEffect(() => setBanner((before) => nextBanner(before, state)), [state]);
  useEffect(() => {
    if (banner !== 'caught-up') return;
    const timer = setTimeout(() => setBanner('none'), caughtUpFor);
    return () => clearTimeout(timer);
  }, [banner]);
  return (
    <div role="status" className={styles.place}>
      {banner === 'offline' && (
        <Notice
          kind="warning"
          icon="alert"
          actions={
            <Button onPress={() => client.reconnect()}>
              <Trans>Try now</Trans>
            </Button>
          }
        >
          <Trans>No connection. What you write is kept and sent as soon as there is one.</Trans>
        </Notice>
      )}
      {banner === 'reconnecting' && (
        <Notice kind="warning" icon="retry">
          <Trans>Connecting again…</Trans>
        </Notice>
      )}
      {banner === 'caught-up' && (
        <Notice icon="check">
          <Trans>Connected again. Everything you missed is here.</Trans>
        </Notice>
      )}
      {keysRevoked && banner !== 'offline' && banner !== 'reconnecting' && (
        <Notice kind="warning" icon="lock">
          <Trans>
            Your organisation has switched its main key off. Nothing can be read or sent until an administrator switches
            it on again; what you write is kept and sent then.
          </Trans>
        </Notice>
      )}
    </div>
  );
}
