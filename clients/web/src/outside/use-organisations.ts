import type { OrganisationId } from '@cloister/wire';
import { useLingui } from '@lingui/react/macro';
import { useSnapshot } from '../state/client-context.tsx';
import { useConfig } from '../state/config-context.tsx';
import { organisationLabel } from './organisation-label.ts';

/** A function from ids to what organisations are called on screen, one's own too. */
export function useOrganisations(): (id: OrganisationId) => string {
  const { t } = useLingui();
  const { me, organisations } = useSnapshot();
  const own = useConfig().organisation.name;
  return (id) =>
    id === me.organisationId ? own : (organisationLabel(id, organisations, own) ?? t`another organisation`);
}
