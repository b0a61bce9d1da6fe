import { Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, useState } from 'react';
import { useConfig } from '../../state/config-context.tsx';
import { useAct } from '../../state/use-act.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNotice } from '../../ui/fault-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Commands, CopiedText } from '../copied-text.tsx';
import { DeletionOrder } from './act-dialog.tsx';
import styles from './add-key.module.css';
import type { AddKey, StepProps } from './add-key-dialog.tsx';
import { grantCommand } from './grant-command.ts';
import { StepDialog } from './step-dialog.tsx';

interface Props extends StepProps {
  add: AddKey;
}

/** Whom to let use the key, how, and which key it is (R067 to R070). */
export function AwsStep({ title, overview: { principalArn }, onClose, add }: Props) {
  const { t } = useLingui();
  const { organisation } = useConfig();
  const [text, setText] = useState('');
  const { run, busy, fault } = useAct();
  const arn = text.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (arn !== '') void run(() => add((keys, options) => keys.addAwsKey(arn, options)));
  };
  return (
    <StepDialog
      title={title}
      onClose={onClose}
      next={
        principalArn !== null && (
          <Button kind="primary" type="submit" form="add-aws-key" isBusy={busy} isDisabled={arn === ''}>
            <Trans>Add</Trans>
          </Button>
        )
      }
    >
      {principalArn === null ? (
        <Notice kind="warning" icon="alert">
          <Trans>
            This key server has no account at Amazon for your organisation, so no key of AWS KMS can be added. Ask
            whoever runs it to configure one.
          </Trans>
        </Notice>
      ) : (
        <>
          <ol className={styles.steps}>
            <li>
              <p>
                <Trans>
                  Make a key in AWS KMS: symmetric, for encrypting and decrypting. Your organisation’s account at
                  Amazon, which will use it, is
                </Trans>
              </p>
              <CopiedText text={principalArn} label={t`Copy the account’s ARN`} />
            </li>
            <li>
              <p>
                <Trans>Let it use the key. In AWS CloudShell:</Trans>
              </p>
              <Commands
                text={grantCommand({ principalArn, organisationId: organisation.id, arn })}
                label={t`Copy the command`}
              />
            </li>
            <li>
              <form id="add-aws-key" onSubmit={submit}>
                <TextField
                  label={t`ARN of your AWS KMS key`}
                  hint={t`Such as arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`}
                  value={text}
                  onChange={setText}
                  autoFocus
                  autoComplete="off"
                  spellCheck="false"
                  maxLength={2048}
                />
              </form>
            </li>
          </ol>
          <DeletionOrder />
          <FaultNotice fault={fault} />
        </>
      )}
    </StepDialog>
  );
}
