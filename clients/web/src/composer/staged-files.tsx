import { Trans, useLingui } from '@lingui/react/macro';
import { formatSize } from '../i18n/format-size.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/notice.tsx';
import { mostFiles } from './pasted-files.ts';
import styles from './staged-files.module.css';
import { useStagedFiles } from './staged-files-context.tsx';

/** The files that go with the next message. */
export function StagedFiles() {
  const { t, i18n } = useLingui();
  const { staged, refused, unstage } = useStagedFiles();
  const names = refused.tooLarge.join(', ');
  return (
    <>
      {refused.tooMany && (
        <div role="alert">
          <Notice kind="warning" icon="alert">
            <Trans>One message takes {mostFiles} files. The rest was not added.</Trans>
          </Notice>
        </div>
      )}
      {refused.tooLarge.length > 0 && (
        <div role="alert">
          <Notice kind="warning" icon="alert">
            <Trans>Larger than 100 MB and not added: {names}</Trans>
          </Notice>
        </div>
      )}
      {staged.length > 0 && (
        <ul className={styles.list} aria-label={t`Files to send`}>
          {staged.map(({ key, file }) => (
            <li key={key} className={styles.file}>
              <Icon name="file" size={16} />
              <span className={styles.name}>{file.name}</span>
              <span className={styles.size}>{formatSize(i18n.locale, file.size)}</span>
              <IconButton icon="close" size="small" label={t`Remove ${file.name}`} onPress={() => unstage(key)} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
