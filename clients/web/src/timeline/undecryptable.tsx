import type { Content } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useClient } from '../state/client-context.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './undecryptable.module.css';
import { undecryptableTexts } from './undecryptable-text.ts';

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
  const { happened, weDo, youCan } = undecryptableTexts[content.reason];
  const { host } = content;
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
