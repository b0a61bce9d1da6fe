import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { useAct } from '../state/use-act.ts';
import { Button, type ButtonKind } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FaultNotice } from '../ui/fault-notice.tsx';

interface ConfirmProps {
  title: string;
  /** The act's own verb, never “OK”. */
  verb: string;
  /** `danger` unless nothing is lost. */
  kind?: ButtonKind;
  act: () => Promise<void>;
  onClose: () => void;
  /** What will be and what will not be. */
  children: ReactNode;
}

/** Asks before something that cannot be undone, or that changes more than it seems. */
export function ConfirmDialog({ title, verb, kind = 'danger', act, onClose, children }: ConfirmProps) {
  const { run, busy, fault } = useAct();
  const confirm = () =>
    run(async () => {
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
          <Button onPress={onClose} autoFocus>
            <Trans>Cancel</Trans>
          </Button>
          <Button kind={kind} isBusy={busy} onPress={() => void confirm()}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      <FaultNotice fault={fault} />
    </Dialog>
  );
}
