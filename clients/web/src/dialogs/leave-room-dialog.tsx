import type { RoomId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { navigate } from '../app/use-route.ts';
import { useClient } from '../state/client-context.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';

/** Asks before one leaves a room. */
export function LeaveRoomDialog({ roomId, onClose }: { roomId: RoomId; onClose: () => void }) {
  const { t } = useLingui();
  const client = useClient();
  const leave = async () => {
    await client.rooms.leave(roomId);
    navigate('/');
  };
  return (
    <ConfirmDialog title={t`Leave this room?`} verb={t`Leave`} act={leave} onClose={onClose}>
      <p>
        <Trans>You will not see what is written after this. To come back, a member must add you again.</Trans>
      </p>
    </ConfirmDialog>
  );
}
