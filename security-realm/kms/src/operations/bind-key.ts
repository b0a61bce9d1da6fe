import type { Queries } from '@cloister/database';
import { CloisterError, hostOf, kmsReply } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import type { Outcome } from '../domain/outcome.ts';
import { representKey } from '../domain/represent.ts';
import { checkRoomOf } from '../domain/two-part.ts';
import { claimForeignKey } from '../federation/keys/claim-foreign-key.ts';
import { requireKeyOn } from '../master-keys/store/require-key-on.ts';
import { requireMeeting } from '../outside/meetings.ts';
import { lockResource } from '../store/resource-row.ts';
import { ownId, requireReadable } from './change-tools.ts';
import { claimKeys } from './claim-keys.ts';

/** `update <key> {resourceUri}` (kms.md §1.6): the key is now for everybody on the resource's list. */
export const bindKey = async (
  context: KmsContext,
  tx: Queries,
  asked: Asked<RequestOf<'bindKey'>>,
): Promise<Outcome> => {
  const { request, caller, part } = asked;
  const resourceId = ownId(context.kmsHost, request.resourceUri);
  const locked = await lockResource(tx, resourceId);
  const resource = await requireReadable(context, tx, locked, caller, resourceId);
  await requireMeeting(context, tx, caller.organisationId, [resource.organisationId]);
  await requireKeyOn(tx, caller.organisationId, resource.organisationId);
  // A bare bind changes nobody's right; as half of a change it must be that room's.
  if (part.kind !== 'message') checkRoomOf(resource, asked);
  if (hostOf(request.keyUri) !== context.kmsHost) {
    await claimForeignKey(context, tx, asked, request.keyUri, resource);
    const { listVersion: authorizationVersion } = resource;
    const response = { ...kmsReply.done(request.requestId), cloister: { authorizationVersion } };
    return { response, keys: [], resource, subjects: [], keyUris: [request.keyUri] };
  }
  const keys = await claimKeys(context, tx, caller.personId, [request.keyUri], resource, part.kind !== 'message');
  const [key] = keys.map((row) => representKey(context.kmsHost, row, resource));
  if (key === undefined) throw new CloisterError('kms/internal');
  return { response: kmsReply.key(request.requestId, key), keys, resource, subjects: [], keyUris: [request.keyUri] };
};
