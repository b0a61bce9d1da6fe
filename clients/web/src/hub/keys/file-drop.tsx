import { Trans, useLingui } from '@lingui/react/macro';
import { DropZone, FileTrigger } from 'react-aria-components';
import { formatSize } from '../../i18n/format-size.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './add-key.module.css';

interface Props {
  file: File | undefined;
  onFile: (file: File) => void;
}

/** One file, dropped, pasted or chosen. */
export function FileDrop({ file, onFile }: Props) {
  const { t, i18n } = useLingui();
  const size = file === undefined ? '' : formatSize(i18n.locale, file.size);
  return (
    <DropZone
      aria-label={t`Drop the encrypted key here`}
      className={styles.drop ?? ''}
      onDrop={({ items }) => {
        const item = items.find((each) => each.kind === 'file');
        if (item?.kind === 'file') void item.getFile().then(onFile);
      }}
    >
      <div role="status" className={styles.chosen}>
        {file === undefined ? (
          <Trans>Drop the encrypted key here, or choose it.</Trans>
        ) : (
          <>
            <Icon name="file" size={16} />
            <span>
              <strong>{file.name}</strong> ({size})
            </span>
          </>
        )}
      </div>
      <FileTrigger
        onSelect={(files) => {
          const chosen = files?.[0];
          if (chosen !== undefined) onFile(chosen);
        }}
      >
        <Button icon="attach">{file === undefined ? t`Choose file` : t`Choose another file`}</Button>
      </FileTrigger>
    </DropZone>
  );
}
