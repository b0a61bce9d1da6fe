import type { SendFailure, SendState } from '@cloister/sdk';
import type { ErrorCode } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useFaultText } from '../app/fault-text.tsx';
import { useClient, useSnapshot } from '../state/client-context.tsx';
import { useNames } from '../state/use-names.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/notice.tsx';
import { Progress } from '../ui/progress.tsx';
import type { Said } from './said-entry.tsx';
import styles from './send-status.module.css';
import { waitingText } from './waiting-text.ts';

/** What became of an entry of one's own that is not stored yet; nothing for the rest. */
export function SendStatus({ entry }: { entry: Said }) {
  if (entry.send.state === 'sending') return <Sending entry={entry} send={entry.send} />;
  if (entry.send.state === 'failed') return <Failed entry={entry} failure={entry.send.failure} />;
  return null;
}

function Sending({ entry, send }: { entry: Said; send: Extract<SendState, { state: 'sending' }> }) {
  const { t } = useLingui();
  const client = useClient();
  const { connection } = useSnapshot();
  const { progress } = send;
  const isOffline = connection.state === 'offline';
  const held = isOffline || send.waiting === undefined ? undefined : waitingText(send.waiting);
  return (
    <div className={styles.sending}>
      <Icon name="clock" size={16} />
      <span>{isOffline ? t`Waiting for the connection` : held === undefined ? t`Sending…` : t(held)}</span>
      {progress && (
        <div className={styles.progress}>
          <Progress label={t`Uploading`} value={progress.total === 0 ? 0 : progress.done / progress.total} />
        </div>
      )}
      {(progress || isOffline || held) && (
        <IconButton
          icon="close"
          size="small"
          label={t`Cancel sending`}
          onPress={() => void client.discard(entry.roomId, entry.key).catch(() => {})}
        />
      )}
    </div>
  );
}

function Failed({ entry, failure }: { entry: Said; failure: SendFailure }) {
  const client = useClient();
  const textOf = useFaultText();
  const nameOf = useNames(failure.people ?? []);
  const names = failure.people?.map(nameOf).join(', ');
  return (
    <Notice
      kind="danger"
      icon="alert"
      actions={
        <>
          <Button icon="retry" onPress={() => client.retry(entry.roomId, entry.key)}>
            <Trans>Send again</Trans>
          </Button>
          <Button kind="quiet" onPress={() => void client.discard(entry.roomId, entry.key).catch(() => {})}>
            <Trans>Discard</Trans>
          </Button>
        </>
      }
    >
      <strong>
        <Trans>Not sent.</Trans>
      </strong>{' '}
      {textOf({ code: failure.code as ErrorCode })} {names}
    </Notice>
  );
}
