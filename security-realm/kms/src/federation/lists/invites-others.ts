import { isUserAuthId, type KmsRequest } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';

/** Whether a change may put people of other realms on a list, whose key servers are then to hear of it. */
export const invitesOthers = (
  { person, organisations }: Pick<KmsContext, 'person' | 'organisations'>,
  request: KmsRequest,
): boolean =>
  (request.operation === 'createResource' || request.operation === 'createAuthorizations') &&
  request.authIds.some((id) => {
    const organisationId = isUserAuthId(id) ? person(id)?.organisationId : undefined;
    return organisationId !== undefined && !organisations.includes(organisationId);
  });
