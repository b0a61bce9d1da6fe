import type { Queries } from '@cloister/database';
import { CloisterError } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Subject } from '../domain/subjects.ts';
import { type AuthorizationRow, insertAuthorizations, type NewAuthorization } from '../store/authorization-row.ts';
import { isKnownToHaveLeft } from '../store/leaver-removal-row.ts';
import { existingResources } from '../store/resource-row.ts';

/**
 * Puts subjects on a resource's list, in the order asked; who stands on it already keeps the authorization there is.
 * `added` are those who were not.
 * @throws CloisterError `kms/not-found` when a resource to authorize does not exist; `kms/unavailable` while this node has
 * not heard yet that somebody left
 */
export const grant = async (
  { newId, now }: Pick<KmsContext, 'newId' | 'now'>,
  tx: Queries,
  resource: {
    readonly resourceId: string;
    readonly organisationId: string;
    readonly list: readonly AuthorizationRow[];
  },
  subjects: readonly Subject[],
  createdBy: string,
): Promise<{ rows: AuthorizationRow[]; added: AuthorizationRow[] }> => {
  await requireResources(tx, resource.resourceId, subjects);
  const { resourceId } = resource;
  const standing = new Map(resource.list.map((row) => [row.subjectId, row]));
  const added: NewAuthorization[] = [];
  const rows = subjects.map((subject) => {
    const there = standing.get(subject.id);
    if (there !== undefined) return there;
    const subjectOrganisationId = subject.kind === 'person' ? subject.organisationId : resource.organisationId;
    const row = {
      authorizationId: newId(),
      resourceId,
      subjectKind: subject.kind,
      subjectId: subject.id,
      subjectOrganisationId,
      moderator: false,
      subjectEntry: subject.kind === 'person' ? subject.entry : 0,
    };
    standing.set(subject.id, row);
    added.push(row);
    return row;
  });
  if (added.length === 0) return { rows, added };
  if (await isKnownToHaveLeft(tx, resourceId, added)) throw new CloisterError('kms/unavailable');
  await insertAuthorizations(tx, added, { createdBy, createdAt: now() });
  return { rows, added };
};

const requireResources = async (tx: Queries, own: string, subjects: readonly Subject[]): Promise<void> => {
  const ids = subjects.filter(({ kind }) => kind === 'resource').map(({ id }) => id);
  if (ids.length === 0) return;
  if (ids.includes(own)) throw new CloisterError('kms/conflict', { detail: 'a resource is not authorized on itself' });
  const known = await existingResources(tx, ids);
  if (ids.some((id) => !known.has(id))) throw new CloisterError('kms/not-found', { detail: 'a resource' });
};
