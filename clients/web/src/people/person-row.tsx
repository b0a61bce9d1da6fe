import type { PendingChange, PersonView, RoomView } from '@cloister/sdk';
import type { UserId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useDialogs } from '../dialogs/dialogs-context.tsx';
import { mayManage } from '../rooms/room-rights.ts';
import { useSnapshot } from '../state/client-context.tsx';
import { useShownNames } from '../state/use-names.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import styles from './person-row.module.css';

interface Props {
  room: RoomView;
  id: UserId;
  person: PersonView | undefined;
}

/** What the key server is being asked about somebody. */
function PendingText({ kind }: { kind: PendingChange['kind'] }) {
  switch (kind) {
    case 'remove':
      return <Trans>Being removed…</Trans>;
    case 'appoint':
      return <Trans>Becoming a moderator…</Trans>;
    case 'dismiss':
      return <Trans>The role of moderator is being taken…</Trans>;
    default:
      return <Trans>Being added…</Trans>;
  }
}

/** One person of a room. */
export function PersonRow({ room, id, person }: Props) {
  const { t } = useLingui();
  const { open } = useDialogs();
  const { me } = useSnapshot();
  const { name: shown, full: name } = useShownNames([id])(id);
  const pending = room.pending.find(({ subjects }) => subjects.includes(id));
  const manages = mayManage(room, me.id) && pending === undefined;
  const moderates = room.moderators.includes(id);
  return (
    <li className={styles.row}>
      <Avatar id={id} name={shown} size="small" />
      <span className={styles.who}>
        <span className={styles.name}>{id === me.id ? t`${name} (you)` : shown}</span>
        {moderates && (
          <span className={styles.role}>
            <Trans>Moderator</Trans>
          </span>
        )}
        {person?.email && <span className={styles.email}>{person.email}</span>}
        {pending && <span className={styles.email}>{<PendingText kind={pending.kind} />}</span>}
      </span>
      {manages && (
        <IconButton
          icon={moderates ? 'unlock' : 'lock'}
          size="small"
          label={moderates ? t`Take the role of moderator from ${name}` : t`Make ${name} a moderator`}
          onPress={() => open({ dialog: moderates ? 'dismiss' : 'appoint', roomId: room.id, person: id })}
        />
      )}
      {manages && id !== me.id && (
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
