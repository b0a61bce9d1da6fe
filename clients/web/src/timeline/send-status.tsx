import type { SendFailure } from '@cloister/sdk';
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

/** What became of an entry of one's own that is not stored yet; nothing for the rest. */
export function SendStatus({ entry }: { entry: Said }) {
  if (entry.send.state === 'sending') return <Sending entry={entry} />;
  if (entry.send.state === 'failed') return <Failed entry={entry} failure={entry.send.failure} />;
  return null;
}

function Sending({ entry }: { entry: Said }) {
  const { t } = useLingui();
  const client = useClient();
  const { connection } = useSnapshot();
  const progress = entry.send.state === 'sending' ? entry.send.progress : undefined;
  const waiting = connection.state === 'offline';
  return (
    <div className={styles.sending}>
      <Icon name="clock" size={16} />
      <span>{waiting ? t`Waiting for the connection` : t`Sending…`}</span>
      {progress && (
        <div className={styles.progress}>
          <Progress label={t`Uploading`} value={progress.total === 0 ? 0 : progress.done / progress.total} />
        </div>
      )}
      {(progress || waiting) && (
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
