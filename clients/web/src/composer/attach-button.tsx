import { useLingui } from '@lingui/react/macro';
import { useRef } from 'react';
import { IconButton } from '../ui/button.tsx';
import styles from './attach-button.module.css';

/** Opens the browser's file dialog. */
export function AttachButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const { t } = useLingui();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon="attach" label={t`Add files`} onPress={() => input.current?.click()} />
      <input
        ref={input}
        className={styles.input}
        type="file"
        multiple
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file can then be chosen again.
          event.target.value = '';
        }}
      />
    </>
  );
}
