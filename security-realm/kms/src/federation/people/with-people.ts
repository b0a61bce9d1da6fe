import { hostOf, idOf, isUserAuthId, type KmsRequest, type ResourceUri, type UserId } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import { organisationOnList } from '../../store/authorization-row.ts';
import { stated } from './stated.ts';

/**
 * The context in which a change is made: it knows the people whom the change is about also where the feed does not tell of
 * them, those of other realms. Identity is asked for those who are new to the list alone, and before anything is locked.
 * @throws CloisterError `kms/unavailable`
 */
export const withPeople = async (context: KmsContext, request: KmsRequest): Promise<KmsContext> => {
  if (!context.federates) return context;
  const ids = await unknownOf(context, request);
  if (ids.length === 0) return context;
  const found = await stated(context, ids);
  return { ...context, person: (id) => context.person(id) ?? found.get(id) };
};

const unknownOf = async (context: KmsContext, request: KmsRequest): Promise<UserId[]> => {
  switch (request.operation) {
    case 'createResource':
    case 'createAuthorizations':
      return request.authIds.filter(isUserAuthId).filter((id) => context.person(id) === undefined);
    case 'deleteAuthorization': {
      const { target } = request;
      return target.by === 'subject' && isUserAuthId(target.authId)
        ? unlisted(context, target.resourceUri, target.authId)
        : [];
    }
    case 'dismissModerator':
      return unlisted(context, request.resourceUri, request.userId);
    default:
      return [];
  }
};

/** Of whom a list tells, it tells the organisation. */
const unlisted = async (context: KmsContext, resourceUri: ResourceUri, id: UserId): Promise<UserId[]> => {
  if (context.person(id) !== undefined || hostOf(resourceUri) !== context.kmsHost) return [];
  return (await organisationOnList(context.database, idOf(resourceUri), id)) === null ? [id] : [];
};
