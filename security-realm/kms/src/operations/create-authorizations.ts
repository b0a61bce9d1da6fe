import type { Queries } from '@cloister/database';
import { kmsReply } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import { checkModeration } from '../domain/moderation.ts';
import type { Outcome } from '../domain/outcome.ts';
import { peopleOf } from '../domain/party.ts';
import { parseSubject } from '../domain/subjects.ts';
import { parseTerms } from '../domain/terms.ts';
import { inviteRealms } from '../federation/lists/invite-realms.ts';
import { requireMeeting } from '../outside/meetings.ts';
import { withNextVersion } from '../store/resource-row.ts';
import { lockList, ownId, saveList } from './change-tools.ts';
import { grant } from './grant.ts';
import { listOutcome } from './list-outcome.ts';
import { withBearers } from './with-bearers.ts';

/**
 * `create /authorizations` (kms.md §1.6): any authorized person may add others, where there are no moderators; replies
 * stand in the order asked.
 */
export const createAuthorizations = async (
  context: KmsContext,
  tx: Queries,
  asked: Asked<RequestOf<'createAuthorizations'>>,
): Promise<Outcome> => {
  const { request, caller, part } = asked;
  const { kmsHost } = context;
  const resourceId = ownId(kmsHost, request.resourceUri);
  const { resource: before, list } = await lockList(context, tx, asked, resourceId);
  await requireMeeting(context, tx, caller.organisationId, [before.organisationId]);
  checkModeration(list, caller.personId);
  const subjects = request.authIds.map((authId) => parseSubject(context, authId));
  const terms = parseTerms(request, before, part.kind, context.now());
  const { rows, added } = await grant(context, tx, { ...before, list }, subjects, caller.personId, terms);
  const resource = added.length === 0 ? before : withNextVersion(before);
  if (added.length > 0) await saveList(tx, asked, resource);
  await inviteRealms(context, tx, resource, added);
  const authorizations = await withBearers(context, rows);
  return listOutcome(kmsReply.authorizationsCreated(request.requestId, authorizations), resource, peopleOf(subjects));
};
