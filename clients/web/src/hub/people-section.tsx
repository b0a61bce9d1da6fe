import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Avatar } from '../ui/avatar.tsx';
import { Button } from '../ui/button.tsx';
import type { IdentityApi, Member } from './identity-api.ts';
import { InviteDialog } from './invite-dialog.tsx';
import styles from './people-section.module.css';
import { Section } from './section.tsx';

interface Props {
  people: readonly Member[];
  api: IdentityApi;
  onInvited: () => void;
}

/** Everyone of the organisation, and a way to invite more. */
export function PeopleSection({ people, api, onInvited }: Props) {
  const { t } = useLingui();
  const [inviting, setInviting] = useState(false);
  return (
    <Section
      title={t`People`}
      action={
        <Button kind="primary" icon="add" onPress={() => setInviting(true)}>
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
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <tr key={person.id}>
                <th scope="row">
                  <span className={styles.name}>
                    <Avatar id={person.id} name={person.name} size="small" />
                    {person.name}
                  </span>
                </th>
                <td>{person.email}</td>
                <td>{person.roles.includes('full-admin') ? t`Full administrator` : t`Member`}</td>
                <td>{person.active ? t`Active` : t`Disabled`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {inviting && (
        <InviteDialog
          api={api}
          onClose={() => {
            setInviting(false);
            onInvited();
          }}
        />
      )}
    </Section>
  );
}
