import type { RoomView } from '@cloister/sdk';
import type { OrganisationId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useDialogs } from '../dialogs/dialogs-context.tsx';
import { otherDomains } from '../outside/other-domains.ts';
import { useOrganisations } from '../outside/use-organisations.ts';
import { mayManage } from '../rooms/room-rights.ts';
import { usePeople, useSnapshot } from '../state/client-context.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { ChangesCard } from './changes-card.tsx';
import { peopleGroups } from './people-groups.ts';
import styles from './people-panel.module.css';
import { PersonRow } from './person-row.tsx';
import { WhoCanReadCard } from './who-can-read-card.tsx';

/** Who is in the room, and who can read it. */
export function PeoplePanel({ room, onClose }: { room: RoomView; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const { open } = useDialogs();
  const { me } = useSnapshot();
  const labelOf = useOrganisations();
  const people = usePeople(room.people);
  const groups = peopleGroups(room.people, people, { own: me.organisationId, language: i18n.locale, labelOf });
  return (
    <aside className={styles.panel} aria-label={t`People in this room`} data-landmark>
      <header className={styles.header}>
        <h2 className={styles.title}>
          <Trans>People</Trans>
        </h2>
        <IconButton icon="close" label={t`Close the list of people`} onPress={onClose} />
      </header>
      <div className={styles.body}>
        {mayManage(room, me.id) && (
          <Button icon="add" onPress={() => open({ dialog: 'add-people', roomId: room.id })}>
            <Trans>Add people</Trans>
          </Button>
        )}
        {room.moderators.length > 0 && !mayManage(room, me.id) && (
          <p className={styles.moderated}>
            <Trans>Moderators decide who is in this room. Ask one of them to add or remove someone.</Trans>
          </p>
        )}
        {groups.map((group) => (
          <section key={group.organisationId}>
            <GroupHeading id={group.organisationId} />
            <ul>
              {group.people.map((id) => (
                <PersonRow key={id} room={room} id={id} person={people.get(id)} />
              ))}
            </ul>
          </section>
        ))}
        <ChangesCard room={room} />
        <WhoCanReadCard room={room} />
      </div>
    </aside>
  );
}

/** Which organisation the people below are of; of another one with its domains, which it proved. */
function GroupHeading({ id }: { id: OrganisationId }) {
  const { me, organisations } = useSnapshot();
  const label = useOrganisations()(id);
  if (id === me.organisationId) return <h3 className={styles.group}>{label}</h3>;
  const domains = otherDomains(label, organisations.get(id)?.domains ?? []);
  return (
    <>
      <h3 className={styles.group}>
        {label}
        <span className={styles.external}>
          <Icon name="outside" size={16} />
          <Trans>External</Trans>
        </span>
      </h3>
      {domains !== '' && <p className={styles.domains}>{domains}</p>}
    </>
  );
}
