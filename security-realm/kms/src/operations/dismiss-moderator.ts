import type { Queries } from '@cloister/database';
import { kmsReply } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import { checkModeration } from '../domain/moderation.ts';
import type { Outcome } from '../domain/outcome.ts';
import { partyNamed, partyOf } from '../domain/party.ts';
import { representAuthorization } from '../domain/represent.ts';
import { setModerators } from '../store/authorization-row.ts';
import { withNextVersion } from '../store/resource-row.ts';
import { lockList, ownId, saveList } from './change-tools.ts';
import { listOutcome } from './list-outcome.ts';

/**
 * `delete <resource>/moderators?authId=` (wires.md §9, R447), by moderators alone; they stay in the room. Dismissing
 * somebody who is no moderator succeeds and changes nothing. With the last one gone everybody may change the list again.
 */
export const dismissModerator = async (
  context: KmsContext,
  tx: Queries,
  asked: Asked<RequestOf<'dismissModerator'>>,
): Promise<Outcome> => {
  const { request, caller } = asked;
  const { kmsHost, person } = context;
  const resourceId = ownId(kmsHost, request.resourceUri);
  const { resource: before, list } = await lockList(context, tx, asked, resourceId);
  checkModeration(list, caller.personId);
  const row = list.find(({ subjectId }) => subjectId === request.userId);
  const resource = row?.moderator ? withNextVersion(before) : before;
  if (row?.moderator) {
    await setModerators(tx, [row.authorizationId], false);
    await saveList(tx, asked, resource);
  }
  const remaining = row === undefined ? [] : [representAuthorization(kmsHost, { ...row, moderator: false })];
  const subject = row === undefined ? partyNamed(person, request.userId, caller) : partyOf(row);
  return listOutcome(kmsReply.authorizations(request.requestId, remaining), resource, [subject]);
};
