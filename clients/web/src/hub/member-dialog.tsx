import type { Administration, MemberChange } from '@cloister/sdk';
import type { Member } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { ConfirmDialog } from '../dialogs/confirm-dialog.tsx';

/** What is to become of somebody. */
export type ChangeOfMember = 'admin' | 'member' | 'disable' | 'enable';

const changes: Record<ChangeOfMember, MemberChange> = {
  admin: { roles: ['member', 'full-admin'] },
  member: { roles: ['member'] },
  disable: { active: false },
  enable: { active: true },
};

interface Props {
  member: Member;
  change: ChangeOfMember;
  administration: Administration;
  onClose: () => void;
}

/** Asks before a person's rights change, and says what that means for them. */
export function MemberDialog({ member: { id, name }, change, administration, onClose }: Props) {
  const { t } = useLingui();
  const words = {
    admin: { title: t`Make ${name} a full administrator?`, verb: t`Make administrator` },
    member: { title: t`Make ${name} a member?`, verb: t`Make member` },
    disable: { title: t`Has ${name} left the organisation?`, verb: t`Remove everywhere` },
    enable: { title: t`Let ${name} in again?`, verb: t`Let in` },
  }[change];
  return (
    <ConfirmDialog
      {...words}
      kind={change === 'disable' ? 'danger' : 'primary'}
      act={() => administration.changePerson(id, changes[change])}
      onClose={onClose}
    >
      <p>
        {change === 'admin' && (
          <Trans>{name} will be able to change people, functions and keys of the whole organisation.</Trans>
        )}
        {change === 'member' && <Trans>{name} will no longer be able to change anything on this page.</Trans>}
        {change === 'disable' && (
          <Trans>
            {name} is signed out everywhere within a minute and removed from every room. Every room gets new keys, and
            its members see that you did it. Letting {name} in again does not bring the rooms back.
          </Trans>
        )}
        {change === 'enable' && (
          <Trans>
            {name} can sign in again. Members must add {name} to rooms anew.
          </Trans>
        )}
      </p>
    </ConfirmDialog>
  );
}
