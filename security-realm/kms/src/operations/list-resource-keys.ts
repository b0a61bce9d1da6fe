import { CloisterError, kmsReply } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import { notAuthorizedOn } from '../domain/decide-retrieval.ts';
import type { Outcome } from '../domain/outcome.ts';
import { representKey } from '../domain/represent.ts';
import { requireMeeting } from '../outside/meetings.ts';
import { keysOfResource } from '../store/key-row.ts';
import { findResource, type ResourceRow } from '../store/resource-row.ts';
import { isOver, ownId, requireReadable } from './change-tools.ts';
import { readableTo } from './readable-to.ts';
import { type Standing, standingOf } from './standing-of.ts';
import { takeFor } from './take-for.ts';

const DEFAULT_KEYS = 100;

type List = Asked<RequestOf<'listResourceKeys'>>;

/**
 * `retrieve <resource>/keys` (kms.md §1.6): newest first, and all or none: where one of them is under an inactive KEK, a
 * list without it would look complete. The same for keys of people whom the asker's organisation does not meet.
 */
export const listResourceKeys = async (context: KmsContext, asked: List): Promise<Outcome> => {
  const { request, caller } = asked;
  const standing = await standingOf(context, asked);
  const resource = await readable(context, asked, standing);
  const keys = await keysOfResource(context.database, resource.resourceId, {
    boundAfter: request.boundAfter === undefined ? null : new Date(request.boundAfter),
    boundBefore: request.boundBefore === undefined ? null : new Date(request.boundBefore),
    limit: request.count ?? DEFAULT_KEYS,
  });
  const involved = [resource.organisationId, ...keys.map(({ organisationId }) => organisationId)];
  await requireMeeting(context, context.database, caller.organisationId, involved);
  if (keys.some(({ isRevoked }) => isRevoked)) throw new CloisterError('kms/revoked');
  takeFor(context, caller, keys.length);
  const represented = keys.map((row) => representKey(context.kmsHost, row, resource));
  return {
    response: kmsReply.keys(request.requestId, represented),
    keys,
    resource,
    subjects: [],
    keyUris: represented.map(({ uri }) => uri),
    authorizationId: standing.presented?.authorizationId,
  };
};

/** By the list; for a machine its organisation's, and what its people may read; for a bearer the one it is for. */
const readable = async (context: KmsContext, { caller, request }: List, standing: Standing): Promise<ResourceRow> => {
  const { database, now } = context;
  const resourceId = ownId(context.kmsHost, request.resourceUri);
  const resource = await findResource(database, resourceId);
  const { machineOf, presented } = standing;
  if (machineOf === null && presented?.resourceId !== resourceId) {
    return requireReadable(context, database, resource, caller, resourceId);
  }
  const isThere = resource !== null && !isOver(resource, now());
  if (isThere && (machineOf === null || resource.organisationId === machineOf)) return resource;
  if (isThere && (await readableTo(database, [resourceId], standing, now())).has(resourceId)) return resource;
  throw notAuthorizedOn(context.kmsHost, caller.personId, resourceId);
};
