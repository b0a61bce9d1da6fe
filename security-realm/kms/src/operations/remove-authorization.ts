import type { Queries } from '@cloister/database';
import { CloisterError, type KmsResponse, kmsReply, type UserId } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import { checkModeration } from '../domain/moderation.ts';
import type { Outcome } from '../domain/outcome.ts';
import { type Party, partyNamed, partyOf } from '../domain/party.ts';
import { representAuthorization } from '../domain/represent.ts';
import { type AuthorizationRow, authorizationById, deleteAuthorization } from '../store/authorization-row.ts';
import { withDeparture } from '../store/resource-row.ts';
import { lockList, ownId, saveList } from './change-tools.ts';
import { listOutcome } from './list-outcome.ts';

/**
 * `delete <resource>/authorizations?authId=` and `delete <authorization>` (kms.md §1.6). Removing somebody who does not
 * stand on the list succeeds and changes nothing: whatever went before, core and KMS then agree.
 * Everybody may leave; where there are moderators, they alone remove others (wires.md §9).
 */
export const removeAuthorization = async (
  context: KmsContext,
  tx: Queries,
  asked: Asked<RequestOf<'deleteAuthorization'>>,
): Promise<Outcome> => {
  const { request, caller } = asked;
  const { target } = request;
  const resourceId = await resourceOf(context, tx, asked);
  const { resource: before, list } = await lockList(context, tx, asked, resourceId);
  const subjectId = target.by === 'subject' ? subjectIdOf(target.authId) : null;
  const row = list.find((each) =>
    target.by === 'uri' ? target.authorizationUri.endsWith(each.authorizationId) : each.subjectId === subjectId,
  );
  if (row?.subjectId !== caller.personId) checkModeration(list, caller.personId);
  const resource = row === undefined ? before : withDeparture(before);
  if (row !== undefined) {
    await deleteAuthorization(tx, row);
    await saveList(tx, asked, resource);
  }
  return listOutcome(respond(context, request.requestId, row), resource, subjectsOf(context, row, asked));
};

const subjectIdOf = (authId: string): string => authId.split('/').at(-1) ?? authId;

const resourceOf = async (
  { kmsHost, now }: KmsContext,
  tx: Queries,
  { request }: Asked<RequestOf<'deleteAuthorization'>>,
): Promise<string> => {
  if (request.target.by === 'subject') return ownId(kmsHost, request.target.resourceUri);
  const row = await authorizationById(tx, subjectIdOf(request.target.authorizationUri), now());
  if (row === null) throw new CloisterError('kms/not-found');
  return row.resourceId;
};

const respond = ({ kmsHost }: KmsContext, requestId: string, row: AuthorizationRow | undefined): KmsResponse =>
  row === undefined
    ? kmsReply.authorizations(requestId, [])
    : kmsReply.authorizationDeleted(requestId, representAuthorization(kmsHost, row));

/** The person who has no right any more, or never had it. */
const subjectsOf = (
  { person }: KmsContext,
  row: AuthorizationRow | undefined,
  { request, caller }: Asked<RequestOf<'deleteAuthorization'>>,
): Party[] => {
  if (row !== undefined) return row.subjectKind === 'person' ? [partyOf(row)] : [];
  if (request.target.by === 'uri' || request.target.authId.startsWith('kms://')) return [];
  return [partyNamed(person, request.target.authId as UserId, caller)];
};
