import type { RoomId, UserId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { isLastModerator } from '../rooms/room-rights.ts';
import { useClient } from '../state/client-context.tsx';
import { useNames } from '../state/use-names.ts';
import { useRoom } from '../state/use-room.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

interface Props {
  roomId: RoomId;
  person: UserId;
  onClose: () => void;
}

/** Asks before somebody moderates no longer: without a moderator the room is everybody's. */
export function DismissDialog({ roomId, person, onClose }: Props) {
  const { t } = useLingui();
  const client = useClient();
  const name = useNames([person])(person);
  const room = useRoom(roomId);
  return (
    <ConfirmDialog
      title={t`Take the role of moderator from ${name}?`}
      verb={t`Take the role`}
      act={() => client.rooms.dismiss(roomId, person)}
      onClose={onClose}
    >
      <p>
        {room && isLastModerator(room, person) ? (
          <Trans>This room will have no moderator: everybody in it can then change its title and who is in it.</Trans>
        ) : (
          <Trans>{name} stays in this room.</Trans>
        )}
      </p>
    </ConfirmDialog>
  );
}
