import { CloisterError, hostOf, idOf, instanceUri, kmsReply } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import type { Asked, RequestOf } from '../../domain/asked.ts';
import { notAuthorizedOn } from '../../domain/decide-retrieval.ts';
import { declaredReaders } from '../../domain/declared-readers.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { within } from '../../master-keys/revocation/within.ts';
import { isTimeout, PATIENCE_MS } from '../patience.ts';

/**
 * Who stands on the list of a resource that is at home elsewhere, for somebody of ours on it: as home stated it, beside
 * everybody else who can open what the room says (R344).
 * @throws CloisterError `kms/not-authorized`, `kms/peer-…`
 */
export const readListElsewhere = async (
  context: KmsContext,
  { request, caller }: Asked<RequestOf<'listAuthorizations' | 'listModerators'>>,
): Promise<Outcome> => {
  const { resourceUri, requestId } = request;
  const home = hostOf(resourceUri);
  const list = await listOf(context, resourceUri);
  if (!list.people.some(({ id }) => id === caller.personId)) {
    throw notAuthorizedOn(home, caller.personId, idOf(resourceUri));
  }
  const asked = list.people.filter(({ id, moderator }) =>
    request.operation === 'listModerators' ? moderator === true : request.authId === undefined || request.authId === id,
  );
  const listed = asked.map(({ id, authorizationId, moderator }) => ({
    uri: instanceUri(home, 'authorizations', authorizationId),
    authId: id,
    resourceUri,
    ...(moderator ? { cloister: { moderator } } : {}),
  }));
  const people = list.people.map(({ organisationId }) => ({
    subjectKind: 'person',
    subjectOrganisationId: organisationId,
  }));
  const { functions, keyServers } = declaredReaders(context, list, people);
  const cloister = {
    authorizationVersion: list.authorizationVersion,
    functions,
    keyServers: [...new Set([home, ...keyServers])],
  };
  const response = { ...kmsReply.authorizations(requestId, listed), cloister };
  return { response, keys: [], resource: null, subjects: [], keyUris: [] };
};

const listOf = async ({ foreignLists }: KmsContext, resourceUri: RequestOf<'listAuthorizations'>['resourceUri']) => {
  try {
    return await within(PATIENCE_MS, foreignLists.of(resourceUri));
  } catch (error) {
    throw isTimeout(error) ? new CloisterError('kms/peer-unreachable') : error;
  }
};
