import type { Queries } from '@cloister/database';
import { kmsReply } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import { checkModeration } from '../domain/moderation.ts';
import type { Outcome } from '../domain/outcome.ts';
import { partyOf } from '../domain/party.ts';
import { representAuthorization } from '../domain/represent.ts';
import { deleteAuthorization } from '../store/authorization-row.ts';
import { withDeparture } from '../store/resource-row.ts';
import { lockList, ownId, saveList } from './change-tools.ts';
import { listOutcome } from './list-outcome.ts';

/**
 * The draft's bulk removal, `delete /authorizations {resourceUri, authIds}` (kms.md §1.6): all of them, in one change of
 * the list; those that do not stand on it are not there afterwards either. The draft's example of the answer is no JSON:
 * ours are the authorizations removed.
 */
export const removeAuthorizations = async (
  context: KmsContext,
  tx: Queries,
  asked: Asked<RequestOf<'deleteAuthorizations'>>,
): Promise<Outcome> => {
  const { request, caller } = asked;
  const resourceId = ownId(context.kmsHost, request.resourceUri);
  const { resource: before, list } = await lockList(context, tx, asked, resourceId);
  const wanted = new Set(request.authIds.map((authId) => authId.split('/').at(-1)));
  const rows = list.filter(({ subjectId }) => wanted.has(subjectId));
  if (rows.some(({ subjectId }) => subjectId !== caller.personId)) checkModeration(list, caller.personId);
  for (const row of rows) await deleteAuthorization(tx, row);
  const resource = rows.length === 0 ? before : withDeparture(before);
  if (rows.length > 0) await saveList(tx, asked, resource);
  const removed = rows.map((row) => representAuthorization(context.kmsHost, row));
  const people = rows.filter(({ subjectKind }) => subjectKind === 'person').map(partyOf);
  return listOutcome(kmsReply.authorizations(request.requestId, removed), resource, people);
};
