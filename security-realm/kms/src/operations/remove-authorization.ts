import type { Queries } from '@cloister/database';
import { CloisterError, type KmsResponse, kmsReply, type OrganisationId, type UserId } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import type { Outcome, Party } from '../domain/outcome.ts';
import { representAuthorization } from '../domain/represent.ts';
import { checkRoomOf } from '../domain/two-part.ts';
import {
  type AuthorizationRow,
  authorizationById,
  authorizationsOf,
  deleteAuthorization,
} from '../store/authorization-row.ts';
import { lockResource, setDeparture } from '../store/resource-row.ts';
import { ownId, requireReadable } from './change-tools.ts';

/**
 * `delete <resource>/authorizations?authId=` and `delete <authorization>` (kms.md §1.6). Removing somebody who does not
 * stand on the list succeeds and changes nothing: whatever went before, core and KMS then agree.
 */
export const removeAuthorization = async (
  context: KmsContext,
  tx: Queries,
  asked: Asked<RequestOf<'deleteAuthorization'>>,
): Promise<Outcome> => {
  const { request, caller } = asked;
  const { target } = request;
  const resourceId = await resourceOf(context, tx, asked);
  const locked = await lockResource(tx, resourceId);
  const before = await requireReadable(context, tx, locked, caller, resourceId);
  checkRoomOf(before, asked);
  const subjectId = target.by === 'subject' ? subjectIdOf(target.authId) : null;
  const row = (await authorizationsOf(tx, resourceId)).find((each) =>
    target.by === 'uri' ? target.authorizationUri.endsWith(each.authorizationId) : each.subjectId === subjectId,
  );
  if (row !== undefined) {
    await deleteAuthorization(tx, row.authorizationId);
    await setDeparture(tx, resourceId, before.listVersion + 1);
  }
  const resource = row === undefined ? before : { ...before, listVersion: before.listVersion + 1 };
  const response = {
    ...respond(context, request.requestId, row),
    cloister: { authorizationVersion: resource.listVersion },
  };
  return { response, keys: [], resource, subjects: subjectsOf(context, row, asked), keyUris: [] };
};

const subjectIdOf = (authId: string): string => authId.split('/').at(-1) ?? authId;

const resourceOf = async (
  { kmsHost }: KmsContext,
  tx: Queries,
  { request }: Asked<RequestOf<'deleteAuthorization'>>,
): Promise<string> => {
  if (request.target.by === 'subject') return ownId(kmsHost, request.target.resourceUri);
  const row = await authorizationById(tx, subjectIdOf(request.target.authorizationUri));
  if (row === null) throw new CloisterError('kms/not-found');
  return row.resourceId;
};

const respond = ({ kmsHost }: KmsContext, requestId: string, row: AuthorizationRow | undefined): KmsResponse =>
  row === undefined
    ? kmsReply.authorizations(requestId, [])
    : kmsReply.authorizationDeleted(requestId, representAuthorization(kmsHost, row));

/** The person who has no right any more; one who never had it is named as the status feed knows them. */
const subjectsOf = (
  { status }: KmsContext,
  row: AuthorizationRow | undefined,
  { request, caller }: Asked<RequestOf<'deleteAuthorization'>>,
): Party[] => {
  if (row !== undefined) {
    if (row.subjectKind === 'resource') return [];
    return [{ id: row.subjectId as UserId, organisationId: row.subjectOrganisationId as OrganisationId }];
  }
  if (request.target.by === 'uri' || request.target.authId.startsWith('kms://')) return [];
  const id = request.target.authId as UserId;
  return [{ id, organisationId: status.person(id)?.organisationId ?? (caller.organisationId as OrganisationId) }];
};
