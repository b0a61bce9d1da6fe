import type { RoomId, UserId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useClient } from '../state/client-context.tsx';
import { useNames } from '../state/use-names.ts';
import { useRoom } from '../state/use-room.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

interface Props {
  roomId: RoomId;
  person: UserId;
  onClose: () => void;
}

/** Asks before somebody becomes a moderator: the first one changes what everybody else may do. */
export function AppointDialog({ roomId, person, onClose }: Props) {
  const { t } = useLingui();
  const client = useClient();
  const name = useNames([person])(person);
  const isFirst = useRoom(roomId)?.moderators.length === 0;
  return (
    <ConfirmDialog
      title={t`Make ${name} a moderator?`}
      verb={t`Make moderator`}
      kind="primary"
      act={() => client.rooms.appoint(roomId, person)}
      onClose={onClose}
    >
      <p>
        {isFirst ? (
          <Trans>
            From then on only moderators can change this room’s title and who is in it. The key server enforces it too.
          </Trans>
        ) : (
          <Trans>{name} will be able to change this room’s title, who is in it, and who moderates it.</Trans>
        )}
      </p>
    </ConfirmDialog>
  );
}
