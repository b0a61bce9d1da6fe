import type { Queries } from '@cloister/database';
import { kmsReply } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import type { Outcome } from '../domain/outcome.ts';
import { representAuthorization } from '../domain/represent.ts';
import { parseSubject } from '../domain/subjects.ts';
import { checkRoomOf } from '../domain/two-part.ts';
import { lockResource, setListVersion } from '../store/resource-row.ts';
import { ownId, requireReadable } from './change-tools.ts';
import { grant } from './grant.ts';

/** `create /authorizations` (kms.md §1.6): any authorized person may add others; replies stand in the order asked. */
export const createAuthorizations = async (
  context: KmsContext,
  tx: Queries,
  asked: Asked<RequestOf<'createAuthorizations'>>,
): Promise<Outcome> => {
  const { request, caller } = asked;
  const { kmsHost } = context;
  const resourceId = ownId(kmsHost, request.resourceUri);
  const locked = await lockResource(tx, resourceId);
  const before = await requireReadable(context, tx, locked, caller, resourceId);
  checkRoomOf(before, asked);
  const subjects = request.authIds.map((authId) => parseSubject(context, authId));
  const { rows, added } = await grant(context, tx, before, subjects, caller.personId);
  const resource = added.length === 0 ? before : { ...before, listVersion: before.listVersion + 1 };
  if (added.length > 0) await setListVersion(tx, resourceId, resource.listVersion);
  const authorizations = rows.map((row) => representAuthorization(kmsHost, row));
  const response = {
    ...kmsReply.authorizationsCreated(request.requestId, authorizations),
    cloister: { authorizationVersion: resource.listVersion },
  };
  const people = subjects.filter((subject) => subject.kind === 'person');
  return { response, keys: [], resource, subjects: people, keyUris: [] };
};
