import type { Administration } from '@cloister/sdk';
import type { Invitation } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, useState } from 'react';
import { formatDateTime } from '../i18n/format-time.ts';
import { useAct } from '../state/use-act.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { FaultNotice } from '../ui/fault-notice.tsx';
import { TextField } from '../ui/text-field.tsx';
import styles from './invite-dialog.module.css';

/** Makes an invitation link for somebody new. */
export function InviteDialog({ administration, onClose }: { administration: Administration; onClose: () => void }) {
  const { t } = useLingui();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [isAdministrator, setAdministrator] = useState(false);
  const [invitation, setInvitation] = useState<Invitation>();
  const { run, busy, fault } = useAct();
  const complete = name.trim() !== '' && email.includes('@');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (complete)
      void run(async () => {
        const roles = isAdministrator ? (['member', 'full-admin'] as const) : (['member'] as const);
        setInvitation(await administration.invite({ name: name.trim(), email: email.trim(), roles: [...roles] }));
      });
  };
  if (invitation !== undefined) return <InvitationMade name={name.trim()} invitation={invitation} onClose={onClose} />;
  return (
    <Dialog
      title={t`Invite someone`}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button kind="primary" type="submit" form="invite" isBusy={busy} isDisabled={!complete}>
            <Trans>Make invitation</Trans>
          </Button>
        </>
      }
    >
      <form id="invite" className={styles.form} onSubmit={submit}>
        <TextField label={t`Name`} value={name} onChange={setName} autoFocus autoComplete="off" maxLength={200} />
        <TextField
          label={t`E-mail address`}
          type="email"
          value={email}
          onChange={setEmail}
          autoComplete="off"
          maxLength={320}
        />
        <label className={styles.role}>
          <input
            type="checkbox"
            checked={isAdministrator}
            onChange={(event) => setAdministrator(event.target.checked)}
          />
          <Trans>Full administrator</Trans>
        </label>
      </form>
      <FaultNotice fault={fault} />
    </Dialog>
  );
}

function InvitationMade({ name, invitation, onClose }: { name: string; invitation: Invitation; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const [copied, setCopied] = useState(false);
  const until = formatDateTime(i18n.locale, new Date(invitation.expiresAt));
  const copy = async () => {
    await navigator.clipboard.writeText(invitation.link);
    setCopied(true);
  };
  return (
    <Dialog
      title={t`Invitation for ${name}`}
      onClose={onClose}
      actions={
        <>
          <Button onPress={() => void copy().catch(() => {})}>{copied ? t`Copied` : t`Copy link`}</Button>
          <Button kind="primary" onPress={onClose}>
            <Trans>Done</Trans>
          </Button>
        </>
      }
    >
      <p>
        <Trans>
          Give {name} this link in a way only {name} can read. It works once, until {until}; whoever opens it chooses
          the first password.
        </Trans>
      </p>
      <p className={styles.link}>{invitation.link}</p>
    </Dialog>
  );
}
