import type { Administration } from '@cloister/sdk';
import type { DomainView } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { ConfirmDialog } from '../../dialogs/confirm-dialog.tsx';

interface Props {
  view: DomainView;
  administration: Administration;
  onClose: () => void;
}

/** Asks before a claim is taken back or a domain given up. */
export function RemoveDomainDialog({ view: { domain, state }, administration, onClose }: Props) {
  const { t } = useLingui();
  return (
    <ConfirmDialog
      title={t`Give up ${domain}?`}
      verb={t`Give up`}
      act={() => administration.removeDomain(domain)}
      onClose={onClose}
    >
      <p>
        {state === 'pending' ? (
          <Trans>Its record proves nothing any more. You can claim the domain again and get a new one.</Trans>
        ) : (
          <Trans>
            Others no longer see it as yours, and organisations that let you in because of it shut you out. Somebody
            else may claim it. To have it again you prove it anew.
          </Trans>
        )}
      </p>
    </ConfirmDialog>
  );
}
