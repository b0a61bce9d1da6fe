import type { Administration } from '@cloister/sdk';
import type { Member } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { useSnapshot } from '../state/client-context.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Menu } from '../ui/menu.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { type ChangeOfMember, MemberDialog } from './member-dialog.tsx';
import styles from './people-section.module.css';
import { Section } from './section.tsx';

interface Props {
  people: readonly Member[];
  administration: Administration;
  onChanged: () => Promise<void>;
}

type Open = { dialog: 'invite' } | { dialog: 'change'; member: Member; change: ChangeOfMember };

/** Everyone of the organisation, and what an administrator changes about them. */
export function PeopleSection({ people, administration, onChanged }: Props) {
  const { t } = useLingui();
  const [open, setOpen] = useState<Open>();
  const close = () => {
    setOpen(undefined);
    void onChanged();
  };
  return (
    <Section
      title={t`People`}
      action={
        <Button kind="primary" icon="add" onPress={() => setOpen({ dialog: 'invite' })}>
          <Trans>Invite</Trans>
        </Button>
      }
    >
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t`Name`}</th>
              <th scope="col">{t`E-mail address`}</th>
              <th scope="col">{t`Role`}</th>
              <th scope="col">{t`State`}</th>
              <th scope="col">{t`Change`}</th>
            </tr>
          </thead>
          <tbody>
            {people.map((member) => (
              <MemberRow
                key={member.id}
                member={member}
                onChange={(change) => setOpen({ dialog: 'change', member, change })}
              />
            ))}
          </tbody>
        </table>
      </div>
      {open?.dialog === 'invite' && <InviteDialog administration={administration} onClose={close} />}
      {open?.dialog === 'change' && <MemberDialog {...open} administration={administration} onClose={close} />}
    </Section>
  );
}

function MemberRow({ member, onChange }: { member: Member; onChange: (change: ChangeOfMember) => void }) {
  const { t } = useLingui();
  const { me } = useSnapshot();
  const { id, name, email, roles, active } = member;
  const administers = roles.includes('full-admin');
  return (
    <tr>
      <th scope="row">
        <span className={styles.name}>
          <Avatar id={id} name={name} size="small" />
          {name}
        </span>
      </th>
      <td>{email}</td>
      <td>{administers ? t`Full administrator` : t`Member`}</td>
      <td>{active ? t`Active` : t`Disabled`}</td>
      <td>
        {id !== me.id && (
          <Menu
            label={t`Change ${name}`}
            trigger={(props) => <IconButton {...props} icon="more" size="small" label={t`Change ${name}`} />}
            lines={[
              administers
                ? { id: 'member', icon: 'people', label: t`Make a member`, act: () => onChange('member') }
                : { id: 'admin', icon: 'key', label: t`Make a full administrator`, act: () => onChange('admin') },
              active
                ? {
                    id: 'disable',
                    icon: 'leave',
                    label: t`Has left the organisation`,
                    danger: true,
                    act: () => onChange('disable'),
                  }
                : { id: 'enable', icon: 'retry', label: t`Let in again`, act: () => onChange('enable') },
            ]}
          />
        )}
      </td>
    </tr>
  );
}
