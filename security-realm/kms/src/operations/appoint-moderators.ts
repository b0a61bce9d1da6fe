import type { Queries } from '@cloister/database';
import { CloisterError, kmsReply } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import { checkModeration } from '../domain/moderation.ts';
import type { Outcome } from '../domain/outcome.ts';
import { partyOf } from '../domain/party.ts';
import { representAuthorization } from '../domain/represent.ts';
import { requireMeeting } from '../outside/meetings.ts';
import { type AuthorizationRow, setModerators } from '../store/authorization-row.ts';
import { withNextVersion } from '../store/resource-row.ts';
import { lockList, ownId, saveList } from './change-tools.ts';
import { listOutcome } from './list-outcome.ts';

/**
 * `create <resource>/moderators` (wires.md §9, R447): only people on the list, by anybody on it while there are none, then
 * by moderators alone. Replies stand in the order asked; all or nothing.
 */
export const appointModerators = async (
  context: KmsContext,
  tx: Queries,
  asked: Asked<RequestOf<'appointModerators'>>,
): Promise<Outcome> => {
  const { request, caller } = asked;
  const { kmsHost } = context;
  const resourceId = ownId(kmsHost, request.resourceUri);
  const { resource: before, list } = await lockList(context, tx, asked, resourceId);
  await requireMeeting(context, tx, caller.organisationId, [before.organisationId]);
  checkModeration(list, caller.personId);
  const chosen = request.userIds.map((id) => personOn(list, id));
  const fresh = chosen.filter(({ moderator }) => !moderator).map(({ authorizationId }) => authorizationId);
  const resource = fresh.length === 0 ? before : withNextVersion(before);
  if (fresh.length > 0) {
    await setModerators(tx, fresh, true);
    await saveList(tx, asked, resource);
  }
  const authorizations = chosen.map((row) => representAuthorization(kmsHost, { ...row, moderator: true }));
  return listOutcome(kmsReply.authorizationsCreated(request.requestId, authorizations), resource, chosen.map(partyOf));
};

const personOn = (list: readonly AuthorizationRow[], id: string): AuthorizationRow => {
  const row = list.find(({ subjectKind, subjectId }) => subjectKind === 'person' && subjectId === id);
  if (row === undefined) throw new CloisterError('kms/conflict', { detail: 'only people of the room can moderate it' });
  return row;
};
