import type { RoomId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { navigate } from '../app/use-route.ts';
import { isLastModerator } from '../rooms/room-rights.ts';
import { useClient, useSnapshot } from '../state/client-context.tsx';
import { useRoom } from '../state/use-room.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

/** Asks before one leaves a room. */
export function LeaveRoomDialog({ roomId, onClose }: { roomId: RoomId; onClose: () => void }) {
  const { t } = useLingui();
  const client = useClient();
  const { me } = useSnapshot();
  const room = useRoom(roomId);
  const leave = async () => {
    await client.rooms.leave(roomId);
    navigate('/');
  };
  return (
    <ConfirmDialog title={t`Leave this room?`} verb={t`Leave`} act={leave} onClose={onClose}>
      <p>
        <Trans>You will not see what is written after this. To come back, a member must add you again.</Trans>
      </p>
      {room && isLastModerator(room, me.id) && (
        <p>
          <Trans>You are its last moderator: without one, everybody in it can change its title and who is in it.</Trans>
        </p>
      )}
    </ConfirmDialog>
  );
}
