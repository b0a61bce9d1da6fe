import type { Queries } from '@cloister/database';
import type { OrganisationId } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import type { AuthorizationRow } from '../../store/authorization-row.ts';
import type { ResourceRow } from '../../store/resource-row.ts';
import { expectHolder } from '../store/list-holder-row.ts';

/**
 * The realms of people who were just put on a list are told of it until they have heard: each removes its own people
 * wherever they stand once they leave (wires.md §13).
 */
export const inviteRealms = async (
  { status, organisations }: Pick<KmsContext, 'status' | 'organisations'>,
  tx: Queries,
  { resourceId, listVersion }: Pick<ResourceRow, 'resourceId' | 'listVersion'>,
  added: readonly AuthorizationRow[],
): Promise<void> => {
  const others = added.filter(
    ({ subjectKind, subjectOrganisationId }) =>
      subjectKind === 'person' && !organisations.includes(subjectOrganisationId),
  );
  if (others.length === 0) return;
  const hosts = others.flatMap((row) => status.realmOf(row.subjectOrganisationId as OrganisationId) ?? []);
  for (const kmsHost of new Set(hosts)) await expectHolder(tx, { resourceId, kmsHost, version: listVersion });
};
