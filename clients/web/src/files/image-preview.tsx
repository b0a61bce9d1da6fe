import type { FileView } from '@cloister/sdk';
import type { RoomId } from '@cloister/wire';
import { useLingui } from '@lingui/react/macro';
import { lazy, Suspense, useState } from 'react';
import { Button } from 'react-aria-components';
import styles from './image-preview.module.css';
import { useImage } from './use-image.ts';

const ImageDialog = lazy(() => import('./image-dialog.tsx'));

/** A picture opened in this browser, in a place that keeps its size, so that nothing jumps when it appears. */
export function ImagePreview({ roomId, file, name }: { roomId: RoomId; file: FileView; name: string }) {
  const { t } = useLingui();
  const [place, image] = useImage(roomId, file);
  const [large, setLarge] = useState(false);
  if (image.state === 'none') return null;
  return (
    <div ref={place} className={styles.place}>
      {image.state === 'shown' && (
        <Button className={styles.open ?? ''} aria-label={t`Show ${name} large`} onPress={() => setLarge(true)}>
          <img className={styles.small} src={image.url} alt={name} />
        </Button>
      )}
      {image.state === 'shown' && large && (
        <Suspense fallback={null}>
          <ImageDialog url={image.url} name={name} onClose={() => setLarge(false)} />
        </Suspense>
      )}
    </div>
  );
}
