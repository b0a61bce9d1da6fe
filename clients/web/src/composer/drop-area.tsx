import { Trans } from '@lingui/react/macro';
import { type DragEvent, type ReactNode, useState } from 'react';
import styles from './drop-area.module.css';
import { useStagedFiles } from './staged-files-context.tsx';

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');

/** Takes files dropped anywhere on the room. Keyboards have the button and the clipboard. */
export function DropArea({ children }: { children: ReactNode }) {
  const { stage } = useStagedFiles();
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button and the clipboard do the same for keyboards
    <div
      role="presentation"
      className={styles.area}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        stage([...event.dataTransfer.files]);
      }}
    >
      {children}
      {over && (
        <div className={styles.sign}>
          <p>
            <Trans>Drop files to add them</Trans>
          </p>
        </div>
      )}
    </div>
  );
}
