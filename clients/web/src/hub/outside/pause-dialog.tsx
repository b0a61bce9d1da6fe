import type { OutsideOrganisation } from '@cloister/wire';
import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { ConfirmDialog } from '../../dialogs/confirm-dialog.tsx';
import { metName } from './met-name.ts';
import { StopsAndGoesOn } from './stops-and-goes-on.tsx';
import type { ChangeOutside } from './use-outside.ts';

interface Props {
  organisation: OutsideOrganisation;
  change: ChangeOutside;
  onClose: () => void;
}

/** Asks before an organisation is paused, or let in again. */
export function PauseDialog({ organisation, change, onClose }: Props) {
  const { t } = useLingui();
  const { id, rooms, paused } = organisation;
  const name = metName(organisation);
  const reach = t`${plural(rooms, {
    0: 'No room is shared with them now.',
    one: '# room is shared with them now.',
    other: '# rooms are shared with them now.',
  })}`;
  if (paused !== undefined) {
    return (
      <ConfirmDialog
        title={t`Resume ${name}?`}
        verb={t`Resume`}
        kind="primary"
        act={() => change((management) => management.resume(id))}
        onClose={onClose}
      >
        <p>{reach}</p>
        <p>
          <Trans>
            People of both organisations can read and write in them again, and read what was written meanwhile. The
            policy above still decides whether {name} may be met at all.
          </Trans>
        </p>
      </ConfirmDialog>
    );
  }
  return (
    <ConfirmDialog
      title={t`Pause ${name}?`}
      verb={t`Pause`}
      act={() => change((management) => management.pause(id))}
      onClose={onClose}
    >
      <p>
        {reach} <Trans>It takes effect at once, and at the latest after five minutes where a key server is away.</Trans>
      </p>
      <StopsAndGoesOn />
    </ConfirmDialog>
  );
}
