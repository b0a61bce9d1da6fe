import type { Administration } from '@cloister/sdk';
import { Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, useState } from 'react';
import { useAct } from '../../state/use-act.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FaultNotice } from '../../ui/fault-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { typedDomain } from './typed-domain.ts';

/** Says that a domain is the organisation's own; the record that proves it stands on the page then. */
export function ClaimDialog({ administration, onClose }: { administration: Administration; onClose: () => void }) {
  const { t } = useLingui();
  const [text, setText] = useState('');
  const [isWrong, setWrong] = useState(false);
  const { run, busy, fault } = useAct();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const domain = typedDomain(text);
    if (domain === undefined) return setWrong(true);
    void run(async () => {
      await administration.claimDomain(domain);
      onClose();
    });
  };
  return (
    <Dialog
      title={t`Claim a domain`}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button kind="primary" type="submit" form="claim" isBusy={busy} isDisabled={text.trim() === ''}>
            <Trans>Claim</Trans>
          </Button>
        </>
      }
    >
      <form id="claim" onSubmit={submit}>
        <TextField
          label={t`Domain`}
          hint={t`You get a DNS record that proves that the domain is yours. Nothing changes before it is found.`}
          placeholder="example.org"
          value={text}
          onChange={(typed) => {
            setWrong(false);
            setText(typed);
          }}
          autoFocus
          autoComplete="off"
          spellCheck="false"
          {...(isWrong ? { error: t`This is not a domain. Write it like example.org.` } : {})}
        />
      </form>
      {fault?.code === 'identity/conflict' ? (
        <div role="alert">
          <Notice kind="danger" icon="alert">
            <Trans>Too many domains are claimed and not proved. Prove or give up one of them first.</Trans>
          </Notice>
        </div>
      ) : (
        <FaultNotice fault={fault} />
      )}
    </Dialog>
  );
}
