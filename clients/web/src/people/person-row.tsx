import type { PersonView, RoomView } from '@cloister/sdk';
import type { UserId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useDialogs } from '../dialogs/dialogs-context.tsx';
import { useSnapshot } from '../state/client-context.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import styles from './person-row.module.css';

interface Props {
  room: RoomView;
  id: UserId;
  person: PersonView | undefined;
}

/** One person of a room. */
export function PersonRow({ room, id, person }: Props) {
  const { t } = useLingui();
  const { open } = useDialogs();
  const { me } = useSnapshot();
  const name = person?.known ? person.name : t`Someone`;
  const pending = room.pending.find(({ subjects }) => subjects.includes(id));
  const removable = id !== me.id && room.directWith === undefined && pending === undefined;
  return (
    <li className={styles.row}>
      <Avatar id={id} name={name} size="small" />
      <span className={styles.who}>
        <span className={styles.name}>{id === me.id ? t`${name} (you)` : name}</span>
        {person?.email && <span className={styles.email}>{person.email}</span>}
        {pending && (
          <span className={styles.email}>
            {pending.kind === 'remove' ? <Trans>Being removed…</Trans> : <Trans>Being added…</Trans>}
          </span>
        )}
      </span>
      {removable && (
        <IconButton
          icon="remove"
          size="small"
          label={t`Remove ${name}`}
          onPress={() => open({ dialog: 'remove-person', roomId: room.id, person: id })}
        />
      )}
    </li>
  );
}
