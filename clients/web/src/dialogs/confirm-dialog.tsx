import { Trans } from '@lingui/react/macro';
import { type ReactNode, useId, useState } from 'react';
import { useAct } from '../state/use-act.ts';
import { Button, type ButtonKind } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FaultNotice } from '../ui/fault-notice.tsx';
import { TextField } from '../ui/text-field.tsx';

interface ConfirmProps {
  title: string;
  /** The act's own verb, never “OK”. */
  verb: string;
  /** `danger` unless nothing is lost. */
  kind?: ButtonKind;
  /** For what reaches many: a word to be typed first, so that nobody does it by a slip. */
  typed?: { readonly label: string; readonly word: string };
  act: () => Promise<void>;
  onClose: () => void;
  /** What will be and what will not be. */
  children: ReactNode;
}

/** Asks before something that cannot be undone, or that changes more than it seems. */
export function ConfirmDialog({ title, verb, kind = 'danger', typed, act, onClose, children }: ConfirmProps) {
  const { run, busy, fault } = useAct();
  const [text, setText] = useState('');
  const form = useId();
  const isReady = typed === undefined || text.trim().toLowerCase() === typed.word;
  const confirm = () =>
    run(async () => {
      if (!isReady) return;
      await act();
      onClose();
    });
  return (
    <Dialog
      title={title}
      role="alertdialog"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose} autoFocus={typed === undefined}>
            <Trans>Cancel</Trans>
          </Button>
          <Button kind={kind} type="submit" form={form} isBusy={busy} isDisabled={!isReady}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      <form
        id={form}
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        {typed && (
          <TextField
            label={typed.label}
            value={text}
            onChange={setText}
            autoFocus
            autoComplete="off"
            spellCheck="false"
          />
        )}
      </form>
      <FaultNotice fault={fault} />
    </Dialog>
  );
}
