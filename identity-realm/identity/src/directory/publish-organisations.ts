import type { Queries } from '@cloister/database';
import type { OrganisationId } from '@cloister/wire';
import { namesToState } from '../domain/named-organisation.ts';
import { listOrganisations } from '../store/organisations.ts';
import { appendStatus, listStatedOrganisations, lockStatus } from '../store/status-log.ts';

/**
 * States what organisations are called and which domains they have proved, where that has changed (wires.md §13): all, or one.
 * The head of the feed is locked first, so that of several processes each one decides by what the others have stated.
 */
export const publishOrganisations = async (transaction: Queries, only?: OrganisationId): Promise<void> => {
  await lockStatus(transaction);
  const stated = await listStatedOrganisations(transaction, only);
  for (const { id, name, domains } of namesToState(stated, await listOrganisations(transaction, only))) {
    await appendStatus(transaction, { kind: 'organisation', id, name, domains: [...domains] });
  }
};
