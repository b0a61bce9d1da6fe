import type { PageView } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { IconButton } from '../ui/button.tsx';
import styles from './document-pages.module.css';
import { ImagePreview } from './image-preview.tsx';

interface Props {
  roomId: RoomId;
  pages: readonly PageView[];
  name: string;
}

/** A document's pages as pictures, one at a time: each is fetched when it is turned to. */
export function DocumentPages({ roomId, pages, name }: Props) {
  const { t } = useLingui();
  const [shown, setShown] = useState(0);
  const page = pages[shown] ?? pages[0];
  if (page === undefined) return null;
  const [number, count] = [shown + 1, pages.length];
  return (
    <>
      <ImagePreview key={page.file.id} roomId={roomId} file={page.file} name={t`Page ${number} of ${name}`} />
      {count > 1 && (
        <div className={styles.turn}>
          <IconButton
            icon="back"
            size="small"
            label={t`Page before`}
            isDisabled={shown === 0}
            onPress={() => setShown(shown - 1)}
          />
          <span role="status">{t`Page ${number} of ${count}`}</span>
          <IconButton
            icon="forward"
            size="small"
            label={t`Next page`}
            isDisabled={number === count}
            onPress={() => setShown(shown + 1)}
          />
        </div>
      )}
    </>
  );
}
