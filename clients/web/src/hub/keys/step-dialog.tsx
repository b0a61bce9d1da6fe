import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

interface Props {
  title: string;
  onClose: () => void;
  /** The button that ends it here: Cancel, unless something is kept. */
  leave?: ReactNode;
  /** The button that goes on. */
  next: ReactNode;
  children: ReactNode;
}

/** One step of the dialog that adds a key. */
export function StepDialog({ title, onClose, leave, next, children }: Props) {
  const cancel = (
    <Button onPress={onClose}>
      <Trans>Cancel</Trans>
    </Button>
  );
  return (
    <Dialog
      title={title}
      onClose={onClose}
      width="wide"
      actions={
        <>
          {leave ?? cancel}
          {next}
        </>
      }
    >
      {children}
    </Dialog>
  );
}
