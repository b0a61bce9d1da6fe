import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Choice } from '../../dialogs/choice.tsx';
import { Button } from '../../ui/button.tsx';
import type { StepProps } from './add-key-dialog.tsx';
import { StepDialog } from './step-dialog.tsx';

/** First step: a key from one's own software, or one that stays at Amazon. */
export function ChooseStep({ title, onClose, onNext }: StepProps & { onNext: (next: 'upload' | 'aws') => void }) {
  const { t } = useLingui();
  const [kind, setKind] = useState<'upload' | 'aws'>('upload');
  return (
    <StepDialog
      title={title}
      onClose={onClose}
      next={
        <Button kind="primary" onPress={() => onNext(kind)} autoFocus>
          <Trans>Next</Trans>
        </Button>
      }
    >
      <Choice
        legend={t`Where is your key?`}
        name="kind-of-key"
        value={kind}
        options={[
          { value: 'upload', label: t`Upload custom key` },
          { value: 'aws', label: t`Add AWS KMS key` },
        ]}
        onChange={setKind}
      />
      <p>
        {kind === 'upload' ? (
          <Trans>You make a key and send it encrypted. Only the key store can decrypt it; no server sees it.</Trans>
        ) : (
          <Trans>The key stays at Amazon. You let Cloister use it, and you can take that back at any time.</Trans>
        )}
      </p>
      <p>
        <Trans>
          You are responsible for making the key safely and for keeping a backup of it. If it is lost, nobody can read
          your organisation’s content any more.
        </Trans>
      </p>
    </StepDialog>
  );
}
