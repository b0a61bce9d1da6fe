import type { RoomView } from '@cloister/sdk';
import { Trans, useLingui } from '@lingui/react/macro';
import { type ClipboardEvent, useEffect, useId, useRef } from 'react';
import { useFaultText } from '../app/fault-text.tsx';
import { OutsideLine } from '../outside/outside-line.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { AttachButton } from './attach-button.tsx';
import styles from './composer.module.css';
import { pastedFiles } from './pasted-files.ts';
import { StagedFiles } from './staged-files.tsx';
import { useStagedFiles } from './staged-files-context.tsx';
import { useComposer } from './use-composer.ts';

/** Where messages are written. */
export function Composer({ room, title }: { room: RoomView; title: string }) {
  const { t } = useLingui();
  const textOf = useFaultText();
  const { stage } = useStagedFiles();
  const composer = useComposer(room);
  const { editing, fault } = composer;
  const field = useRef<HTMLTextAreaElement>(null);
  const outside = useId();
  useEffect(() => {
    // A pointer means a keyboard beside it; on a phone the on-screen keyboard would cover what one came to read.
    if (editing || matchMedia('(pointer: fine)').matches) field.current?.focus();
  }, [editing]);
  const onPaste = (event: ClipboardEvent) => {
    const files = pastedFiles(event.clipboardData);
    if (files.length === 0) return;
    event.preventDefault();
    stage(files);
  };
  return (
    <section className={styles.composer} aria-label={t`Write a message`} data-landmark>
      {fault && (
        <div role="alert">
          <Notice kind="danger" icon="alert">
            {textOf(fault)}
          </Notice>
        </div>
      )}
      {editing && (
        <div className={styles.editing}>
          <span>
            <Trans>Editing your message</Trans>
          </span>
          <Button kind="quiet" onPress={composer.cancel}>
            <Trans>Cancel</Trans>
          </Button>
        </div>
      )}
      {!editing && <StagedFiles />}
      <OutsideLine room={room} id={outside} />
      <div className={styles.field}>
        {!editing && <AttachButton onFiles={stage} />}
        <textarea
          ref={field}
          className={styles.text}
          aria-label={t`Message to ${title}`}
          aria-describedby={room.outside.length > 0 ? outside : undefined}
          placeholder={t`Message to ${title}`}
          rows={1}
          dir="auto"
          enterKeyHint="send"
          value={composer.text}
          onChange={(event) => composer.setText(event.target.value)}
          onKeyDown={composer.onKeyDown}
          onPaste={onPaste}
        />
        <IconButton
          icon={editing ? 'check' : 'send'}
          kind={composer.canSend ? 'primary' : 'quiet'}
          label={editing ? t`Save` : t`Send`}
          isDisabled={!composer.canSend}
          onPress={() => {
            void composer.send();
            field.current?.focus();
          }}
        />
      </div>
    </section>
  );
}
