import type { Content } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useClient } from '../state/client-context.tsx';
import { useConfig } from '../state/config-context.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './undecryptable.module.css';
import { peerUnreachable, undecryptableTexts } from './undecryptable-text.ts';

/** Stands where a message cannot be opened: what happened, what we do, what you can do. The text takes its place later. */
export function Undecryptable({
  roomId,
  content,
}: {
  roomId: RoomId;
  content: Extract<Content<unknown>, { state: 'undecryptable' }>;
}) {
  const { t } = useLingui();
  const client = useClient();
  const { organisation } = useConfig();
  const { host, reason } = content;
  const isElsewhere = host !== undefined && host !== organisation.kmsHost;
  const text = reason === 'key-server-unreachable' && isElsewhere ? peerUnreachable : undecryptableTexts[reason];
  const { happened, weDo, youCan } = text;
  return (
    <div className={styles.box}>
      <Icon name="lock" size={16} />
      <div className={styles.words}>
        <p>
          <strong>{t(happened)}</strong> {t(weDo)} {t(youCan)}
        </p>
        {host && (
          <p className={styles.host}>
            <Trans>Key server: {host}</Trans>
          </p>
        )}
      </div>
      <Button icon="retry" onPress={() => client.reopen(roomId)}>
        <Trans>Try again</Trans>
      </Button>
    </div>
  );
}
