import type { SearchIndex } from '@cloister/sdk';
import { Trans, useLingui } from '@lingui/react/macro';
import { ConfirmDialog } from '../../dialogs/confirm-dialog.tsx';

/** Asks before the whole index is deleted. */
export function DeleteIndexDialog({ index, onClose }: { index: SearchIndex; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <ConfirmDialog title={t`Delete the index?`} verb={t`Delete the index`} act={() => index.forget()} onClose={onClose}>
      <p>
        <Trans>
          Until it is made anew, searches find little or nothing, and say so. While search is on the indexer begins at
          once and reads every room again, which can take hours. No message and no file is lost.
        </Trans>
      </p>
    </ConfirmDialog>
  );
}
