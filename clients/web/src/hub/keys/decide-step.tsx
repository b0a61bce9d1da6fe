import { formatCheck } from '@cloister/sdk';
import type { MasterKeyUri } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useAct } from '../../state/use-act.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNotice } from '../../ui/fault-notice.tsx';
import { CopiedText } from '../copied-text.tsx';
import { Facts } from '../section.tsx';
import styles from './add-key.module.css';
import type { StepProps } from './add-key-dialog.tsx';
import { keyId } from './key-id.ts';
import { headKey } from './own-keys.ts';
import { StepDialog } from './step-dialog.tsx';

interface Props extends StepProps {
  uri: MasterKeyUri;
  /** It is the removed one that came back (R050). */
  isBack: boolean;
}

/** Last step: the new key beside the active one, now or later (R022 to R025, R071, R072). */
export function DecideStep({ title, overview, change, onClose, uri, isBack }: Props) {
  const { t } = useLingui();
  const { run, busy, fault } = useAct();
  const head = headKey(overview);
  const check = overview.keys.find((key) => key.uri === uri)?.check;
  // A key that waits cannot lead while the head is off; the original one that is back can.
  const canActivate = isBack || !overview.isFrozen;
  const activate = async () => {
    await change((keys, version) => keys.activate(uri, version));
    onClose();
  };
  return (
    <StepDialog
      title={title}
      onClose={onClose}
      leave={
        <Button onPress={onClose} autoFocus>
          {canActivate ? t`Activate later` : t`Done`}
        </Button>
      }
      next={
        canActivate && (
          <Button kind="primary" isBusy={busy} onPress={() => void run(activate)}>
            {isBack ? t`Activate` : t`Activate new key`}
          </Button>
        )
      }
    >
      <p role="status" className={styles.done}>
        {isBack ? (
          <Trans>The original key is back.</Trans>
        ) : (
          <Trans>The key store has taken the key and tried it.</Trans>
        )}
      </p>
      <Facts
        facts={[
          [t`New key`, <CopiedText key="new" text={keyId(uri)} label={t`Copy the key ID`} />],
          ...(check === undefined
            ? []
            : [
                [
                  t`Check value`,
                  <code key="check" className={styles.check}>
                    {formatCheck(check)}
                  </code>,
                ] as const,
              ]),
          ...(isBack
            ? []
            : [
                [
                  t`Currently active key`,
                  head === undefined ? t`Common default key` : <code key="head">{keyId(head.uri)}</code>,
                ] as const,
              ]),
        ]}
      />
      {check !== undefined && (
        <p className={styles.hint}>
          <Trans>
            Compare the check value with “cloister key check main_key.bin”: then you know that your backup is this key.
          </Trans>
        </p>
      )}
      {isBack && (
        <p>
          <Trans>
            It is revoked until you activate it. Then everything of your organisation can be decrypted again.
          </Trans>
        </p>
      )}
      {!isBack && canActivate && (
        <p>
          <Trans>
            Activated, the new key protects everything of your organisation from then on; the key before it goes into
            rotation until nothing needs it. Later, the new key waits and is not used.
          </Trans>
        </p>
      )}
      {!canActivate && (
        <p>
          <Trans>The new key waits. Activate the revoked key first; then you can rotate to the new one.</Trans>
        </p>
      )}
      <FaultNotice fault={fault} />
    </StepDialog>
  );
}
