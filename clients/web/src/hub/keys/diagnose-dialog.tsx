import type { KeyManagement } from '@cloister/sdk';
import type { MasterKeyDiagnosis, MasterKeyView } from '@cloister/wire';
import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { useCallback, useEffect, useState } from 'react';
import { type Fault, faultOf } from '../../app/fault.ts';
import { useConfig } from '../../state/config-context.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FaultNotice } from '../../ui/fault-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { Commands, CopiedText } from '../copied-text.tsx';
import { Facts } from '../section.tsx';
import { DeletionOrder } from './act-dialog.tsx';
import { grantCommand } from './grant-command.ts';
import { shortKeyId } from './key-id.ts';

const findings: Readonly<Record<MasterKeyDiagnosis['findings'][number], MessageDescriptor>> = {
  ok: msg`Amazon lets your organisation’s account use this key. Nothing is to be done.`,
  'key-disabled': msg`The key is disabled at Amazon. Enable it in the AWS KMS console.`,
  'key-pending-deletion': msg`The key is scheduled for deletion at Amazon. Cancel the deletion in the AWS KMS console, then enable the key.`,
  'key-not-found': msg`Amazon knows no such key. Check the ARN; if the key was deleted at Amazon, it is lost.`,
  'grant-missing': msg`Your organisation’s account may not use the key. Make the grant below; it can take Amazon five minutes to notice.`,
  'wrong-kind': msg`The key is of another kind. It has to be symmetric, for encrypting and decrypting.`,
  'our-credential': msg`Amazon does not accept the key server’s own credential. Your key is not to blame: tell whoever runs the key server.`,
  'amazon-unreachable': msg`Amazon cannot be reached at the moment. We keep asking; try again in a few minutes.`,
  'locally-revoked': msg`The key was revoked here, not at Amazon. Activate it from its menu.`,
};

interface Props {
  view: MasterKeyView;
  management: KeyManagement;
  onClose: () => void;
}

/** What stands between the organisation and its key at Amazon: ARN, grant and key state (R079). */
export function DiagnoseDialog({ view: { uri }, management, onClose }: Props) {
  const { t } = useLingui();
  const { organisation } = useConfig();
  const id = shortKeyId(uri);
  const [diagnosis, setDiagnosis] = useState<MasterKeyDiagnosis>();
  const [fault, setFault] = useState<Fault>();
  const ask = useCallback(async () => {
    setDiagnosis(undefined);
    setFault(undefined);
    await management.diagnose(uri).then(setDiagnosis, (error: unknown) => setFault(faultOf(error)));
  }, [management, uri]);
  useEffect(() => void ask(), [ask]);
  const { arn = '', principalArn, keyState, missing = [] } = diagnosis ?? {};
  return (
    <Dialog
      title={t`What Amazon says of key ${id}`}
      onClose={onClose}
      width="wide"
      actions={
        <>
          <Button icon="retry" onPress={() => void ask()}>
            <Trans>Ask again</Trans>
          </Button>
          <Button kind="primary" onPress={onClose} autoFocus>
            <Trans>Done</Trans>
          </Button>
        </>
      }
    >
      {diagnosis === undefined && fault === undefined && <Spinner label={t`Asking Amazon…`} />}
      <FaultNotice fault={fault} />
      {diagnosis && (
        <>
          <div role="status">
            {diagnosis.findings.map((finding) => (
              <Notice
                key={finding}
                kind={finding === 'ok' ? 'info' : 'warning'}
                icon={finding === 'ok' ? 'check' : 'alert'}
              >
                {t(findings[finding])}
              </Notice>
            ))}
          </div>
          <Facts
            facts={[
              [t`ARN`, <CopiedText key="arn" text={arn} label={t`Copy the ARN`} />],
              [t`Key state at Amazon`, keyState ?? t`Amazon does not say`],
              [t`Missing permissions`, missing.length === 0 ? t`None` : missing.join(', ')],
              ...(principalArn === undefined
                ? []
                : [
                    [
                      t`Your organisation’s account`,
                      <CopiedText key="principal" text={principalArn} label={t`Copy the account’s ARN`} />,
                    ] as const,
                  ]),
            ]}
          />
          {missing.length > 0 && principalArn !== undefined && (
            <Commands
              text={grantCommand({ principalArn, organisationId: organisation.id, arn })}
              label={t`Copy the command`}
            />
          )}
          <DeletionOrder />
        </>
      )}
    </Dialog>
  );
}
