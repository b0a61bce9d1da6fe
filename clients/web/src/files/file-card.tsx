import type { FileView, TimelineEntry } from '@cloister/sdk';
import { Trans, useLingui } from '@lingui/react/macro';
import { useFaultText } from '../app/fault-text.tsx';
import { formatSize } from '../i18n/format-size.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Progress } from '../ui/progress.tsx';
import { DocumentPages } from './document-pages.tsx';
import styles from './file-card.module.css';
import { ImagePreview } from './image-preview.tsx';
import { mayPreview } from './raster-type.ts';
import { useDownload } from './use-download.ts';
import { useFileName } from './use-file-name.ts';

/** One shared file: a picture if it is one, its name and size, and a way to get it. */
export function FileCard({ entry, file }: { entry: TimelineEntry; file: FileView }) {
  const { t, i18n } = useLingui();
  const name = useFileName(file);
  const textOf = useFaultText();
  const { download, start, cancel } = useDownload(entry.roomId, file, name);
  const stored = entry.send.state === 'sent';
  return (
    <div className={styles.card}>
      {stored && mayPreview(file) && <ImagePreview roomId={entry.roomId} file={file} name={name} />}
      {stored && file.pages !== undefined && <DocumentPages roomId={entry.roomId} pages={file.pages} name={name} />}
      <div className={styles.row}>
        <Icon name="file" />
        <span className={styles.name}>{name}</span>
        <span className={styles.size}>{formatSize(i18n.locale, file.size)}</span>
        {stored && download.state !== 'running' && (
          <IconButton icon="download" size="small" label={t`Download ${name}`} onPress={() => void start()} />
        )}
        {download.state === 'running' && (
          <IconButton icon="close" size="small" label={t`Cancel the download of ${name}`} onPress={cancel} />
        )}
      </div>
      {download.state === 'running' && <Progress label={t`Downloading ${name}`} value={download.share} />}
      {download.state === 'failed' && (
        <p role="alert" className={styles.fault}>
          <Trans>The file was not downloaded.</Trans> {textOf(download.fault)}
        </p>
      )}
    </div>
  );
}
