import type { ActivityId, RoomId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useClient } from '../state/client-context.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';

/** Asks before a message or files are taken back. */
export function DeleteEntryDialog({ roomId, id, onClose }: { roomId: RoomId; id: ActivityId; onClose: () => void }) {
  const { t } = useLingui();
  const client = useClient();
  return (
    <ConfirmDialog
      title={t`Delete this message?`}
      verb={t`Delete`}
      act={() => client.remove(roomId, id)}
      onClose={onClose}
    >
      <p>
        <Trans>Its content is deleted for everyone. A line that a message was deleted stays.</Trans>
      </p>
    </ConfirmDialog>
  );
}
