import type { ListClaims } from '@cloister/receipts';
import {
  type AuthorizationRepresentation,
  CloisterError,
  hostOf,
  idOf,
  instanceUri,
  kmsReply,
  type ResourceUri,
} from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import type { Asked, RequestOf } from '../../domain/asked.ts';
import { notAuthorizedOn } from '../../domain/decide-retrieval.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { withOrganisation } from '../../domain/with-organisation.ts';
import { within } from '../../master-keys/revocation/within.ts';
import { isTimeout, PATIENCE_MS } from '../patience.ts';
import { readersOf } from '../readers/readers-of.ts';

/**
 * Who stands on the list of a resource that is at home elsewhere, for somebody of ours on it: as home stated it, beside
 * everybody else who can open what the room says (R344).
 * @throws CloisterError `kms/not-authorized`, `kms/peer-…`
 */
export const readListElsewhere = async (
  context: KmsContext,
  { request, caller }: Asked<RequestOf<'listAuthorizations' | 'listModerators'>>,
): Promise<Outcome> => {
  const list = await listFor(context, caller, request.resourceUri);
  const asked = list.people.filter(({ id, moderator }) =>
    request.operation === 'listModerators' ? moderator === true : request.authId === undefined || request.authId === id,
  );
  const listed = asked.map((person) =>
    withOrganisation(caller, represent(request.resourceUri, person), person.organisationId),
  );
  const cloister = await declared(context, request.resourceUri, list);
  return told({ ...kmsReply.authorizations(request.requestId, listed), cloister });
};

/** Such a resource itself. Its keys are each key server's to name: none are listed. */
export const readResourceElsewhere = async (
  context: KmsContext,
  { request, caller }: Asked<RequestOf<'retrieveResource'>>,
): Promise<Outcome> => {
  const { resourceUri: uri, requestId } = request;
  const list = await listFor(context, caller, uri);
  const authorizationUris = list.people.map((person) => represent(uri, person).uri);
  const cloister = await declared(context, uri, list);
  return told(kmsReply.resource(requestId, { uri, authorizationUris, keyUris: [], cloister }));
};

const listFor = async (
  { foreignLists }: KmsContext,
  { personId }: Asked['caller'],
  resourceUri: ResourceUri,
): Promise<ListClaims> => {
  const list = await inTime(foreignLists.of(resourceUri));
  if (list.people.some(({ id }) => id === personId)) return list;
  throw notAuthorizedOn(hostOf(resourceUri), personId, idOf(resourceUri));
};

const inTime = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await within(PATIENCE_MS, work);
  } catch (error) {
    throw isTimeout(error) ? new CloisterError('kms/peer-unreachable') : error;
  }
};

const represent = (
  resourceUri: ResourceUri,
  { id, authorizationId, moderator }: ListClaims['people'][number],
): AuthorizationRepresentation => ({
  uri: instanceUri(hostOf(resourceUri), 'authorizations', authorizationId),
  authId: id,
  resourceUri,
  ...(moderator ? { cloister: { moderator } } : {}),
});

const declared = async (context: KmsContext, resourceUri: ResourceUri, list: ListClaims) => {
  const people = list.people.map(({ organisationId }) => ({
    subjectKind: 'person' as const,
    subjectOrganisationId: organisationId,
  }));
  const { keyServers, ...readers } = await readersOf(context, list, people);
  const { authorizationVersion } = list;
  return { authorizationVersion, ...readers, keyServers: [...new Set([hostOf(resourceUri), ...keyServers])] };
};

const told = (response: Outcome['response']): Outcome => ({
  response,
  keys: [],
  resource: null,
  subjects: [],
  keyUris: [],
});
