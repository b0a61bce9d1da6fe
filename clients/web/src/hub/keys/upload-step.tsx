import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { saveBlob } from '../../files/save-blob.ts';
import { useAct } from '../../state/use-act.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNotice } from '../../ui/fault-notice.tsx';
import { Commands } from '../copied-text.tsx';
import styles from './add-key.module.css';
import type { AddKey, StepProps } from './add-key-dialog.tsx';
import { FileDrop } from './file-drop.tsx';
import { opensslCommands, publicKeyFile } from './openssl-commands.ts';
import { StepDialog } from './step-dialog.tsx';

interface Props extends StepProps {
  add: AddKey;
}

/** The public key out, the encrypted key in (R018 to R020, R035). */
export function UploadStep({ title, overview, management, onClose, add }: Props) {
  const { t } = useLingui();
  const [file, setFile] = useState<File>();
  const saving = useAct();
  const { run, busy, fault } = useAct();
  const save = async () => {
    const pem = await management.publicKey();
    saveBlob(new Blob([`${pem.trimEnd()}\n`]), publicKeyFile);
  };
  const upload = async () => {
    if (file === undefined) return;
    const wrapped = new Uint8Array(await file.arrayBuffer());
    await add((keys, options) => keys.upload(wrapped, options));
  };
  return (
    <StepDialog
      title={title}
      onClose={onClose}
      next={
        <Button kind="primary" isBusy={busy} isDisabled={file === undefined} onPress={() => void run(upload)}>
          <Trans>Next</Trans>
        </Button>
      }
    >
      <ol className={styles.steps}>
        <li>
          <p>
            <Trans>Save the public key of the key store.</Trans>
          </p>
          <Button icon="download" isBusy={saving.busy} onPress={() => void saving.run(save)} autoFocus>
            <Trans>Download public key</Trans>
          </Button>
          <FaultNotice fault={saving.fault} />
        </li>
        <li>
          {overview.head === null ? (
            <p>
              <Trans>
                Encrypt your original key of 256 bits, main_key.bin from your backup, with the public key: RSA-OAEP,
                SHA-256, MGF1. With OpenSSL 3, the second command alone:
              </Trans>
            </p>
          ) : (
            <p>
              <Trans>
                Make a random key of 256 bits and encrypt it with the public key: RSA-OAEP, SHA-256, MGF1. With OpenSSL
                3:
              </Trans>
            </p>
          )}
          <Commands text={opensslCommands} label={t`Copy the commands`} />
          <p className={styles.hint}>
            <Trans>Keep main_key.bin as your backup, where only your key custodians can read it.</Trans>
          </p>
        </li>
        <li>
          <p>
            <Trans>Hand over the encrypted key, main_key_encrypted.bin.</Trans>
          </p>
          <FileDrop file={file} onFile={setFile} />
        </li>
      </ol>
      <FaultNotice fault={fault} />
    </StepDialog>
  );
}
