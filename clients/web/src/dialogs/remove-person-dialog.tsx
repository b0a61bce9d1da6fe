import type { RoomId, UserId } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useClient } from '../state/client-context.tsx';
import { useNames } from '../state/use-names.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';

interface Props {
  roomId: RoomId;
  person: UserId;
  onClose: () => void;
}

/** Asks before somebody is taken out of a room. */
export function RemovePersonDialog({ roomId, person, onClose }: Props) {
  const { t } = useLingui();
  const client = useClient();
  const name = useNames([person])(person);
  return (
    <ConfirmDialog
      title={t`Remove ${name} from this room?`}
      verb={t`Remove`}
      act={() => client.rooms.remove(roomId, person)}
      onClose={onClose}
    >
      <p>
        <Trans>
          The key server gives {name} no key made from now on, so nothing written later can be read. What {name} has
          read already stays with them.
        </Trans>
      </p>
    </ConfirmDialog>
  );
}
