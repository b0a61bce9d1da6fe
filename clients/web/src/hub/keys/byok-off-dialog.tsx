import type { MasterKeyOverview } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { ConfirmDialog } from '../../dialogs/confirm-dialog.tsx';
import { shortKeyId } from './key-id.ts';
import { headKey, pendingKey } from './own-keys.ts';
import { ReachText } from './reach.tsx';
import type { ChangeKeys } from './use-keys.ts';

interface Props {
  overview: MasterKeyOverview;
  change: ChangeKeys;
  onClose: () => void;
}

/** Asks before the organisation goes back to the key server's own key (R016). */
export function ByokOffDialog({ overview, change, onClose }: Props) {
  const { t } = useLingui();
  const head = headKey(overview);
  const pending = pendingKey(overview);
  const typedFor = head ?? pending;
  const id = typedFor === undefined ? '' : shortKeyId(typedFor.uri);
  return (
    <ConfirmDialog
      title={t`Stop bringing your own key?`}
      verb={t`Use the common default key`}
      {...(typedFor === undefined ? {} : { typed: { label: t`Type ${id} to go on`, word: id } })}
      act={async () => void (await change((management, version) => management.useDefault(version)))}
      onClose={onClose}
    >
      {head && (
        <>
          <ReachText reach={overview.reach} />
          <p>
            <Trans>
              The common default key becomes the main key of your organisation. Your own key goes into rotation and is
              removed when nothing needs it any more. Everything stays readable, but revoking a key of your own will no
              longer turn it off.
            </Trans>
          </p>
        </>
      )}
      {pending && (
        <p>
          <Trans>The pending key is removed.</Trans>
        </p>
      )}
    </ConfirmDialog>
  );
}
