import type { Queries } from '@cloister/database';
import { CloisterError, hostOf, idOf, type KeyUri, type KmsHost, type ResourceUri } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked } from '../domain/asked.ts';
import { notAuthorizedOn } from '../domain/decide-retrieval.ts';
import { checkRoomOf } from '../domain/two-part.ts';
import { type AuthorizationRow, authorizationsOf, readableBy } from '../store/authorization-row.ts';
import { lockResource, type ResourceRow, saveResource } from '../store/resource-row.ts';

/** The id in an address of this key server. @throws CloisterError `kms/unsupported` for another's (federation) */
export const ownId = (kmsHost: KmsHost, uri: KeyUri | ResourceUri): string => {
  if (hostOf(uri) === kmsHost) return idOf(uri);
  throw new CloisterError('kms/unsupported', { detail: 'keys of another key server cannot be reached yet' });
};

/**
 * Who does not stand on a resource's list learns nothing of it, not even whether it exists.
 * @throws CloisterError `kms/not-authorized`
 */
export const requireReadable = async (
  { kmsHost, now }: Pick<KmsContext, 'kmsHost' | 'now'>,
  queries: Queries,
  resource: ResourceRow | null,
  { personId }: { personId: string },
  resourceId: string,
): Promise<ResourceRow> => {
  const isThere = resource !== null && !isOver(resource, now());
  const readable = isThere && (await readableBy(queries, [resourceId], personId, now())).has(resourceId);
  if (!readable) throw notAuthorizedOn(kmsHost, personId, resourceId);
  return resource;
};

/** Whether a resource's time is over (the draft's `ttl`): it is then as if it were not there. */
export const isOver = ({ expiresAt }: Pick<ResourceRow, 'expiresAt'>, now: Date): boolean =>
  expiresAt !== null && expiresAt <= now;

/** A resource that this request may be about to change the list of, locked, and the list. Moderators are checked next. */
export const lockList = async (
  context: Pick<KmsContext, 'kmsHost' | 'now'>,
  tx: Queries,
  asked: Pick<Asked, 'caller' | 'part'>,
  resourceId: string,
): Promise<{ resource: ResourceRow; list: AuthorizationRow[] }> => {
  const locked = await lockResource(tx, resourceId);
  const list = await authorizationsOf(tx, resourceId, context.now());
  const resource =
    locked !== null && !isOver(locked, context.now()) && standsOn(list, asked.caller)
      ? locked
      : await requireReadable(context, tx, locked, asked.caller, resourceId);
  checkRoomOf(resource, asked);
  return { resource, list };
};

/** Most people stand on the list themselves: only for the others it is worth a look through other resources. */
const standsOn = (list: readonly AuthorizationRow[], { personId }: Pick<Asked['caller'], 'personId'>): boolean =>
  list.some(({ subjectKind, subjectId }) => subjectKind === 'person' && subjectId === personId);

/** Writes the versions of a list that a bare message changed; a room's are saved with the receipt that names them. */
export const saveList = async (tx: Queries, { part }: Pick<Asked, 'part'>, resource: ResourceRow): Promise<void> => {
  if (part.kind === 'message') await saveResource(tx, resource);
};
