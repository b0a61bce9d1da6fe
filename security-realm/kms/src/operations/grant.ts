import type { Queries } from '@cloister/database';
import { CloisterError } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Subject } from '../domain/subjects.ts';
import type { Terms } from '../domain/terms.ts';
import { requireMeeting } from '../outside/meetings.ts';
import { noteMeetings } from '../outside/note-meetings.ts';
import {
  type AuthorizationRow,
  deleteExpiredOn,
  insertAuthorizations,
  type NewAuthorization,
} from '../store/authorization-row.ts';
import { isKnownToHaveLeft } from '../store/leaver-removal-row.ts';
import { existingResources } from '../store/resource-row.ts';

/**
 * Puts subjects on a resource's list, in the order asked, and after them those that name nobody; who stands on it already keeps the authorization there is.
 * `added` are those who were not.
 * @throws CloisterError `kms/outside-not-allowed` for people of an organisation that this one does not meet; `kms/not-found` when a resource to authorize does not exist; `kms/unavailable` while this node has
 * not heard yet that somebody left
 */
export const grant = async (
  context: Pick<KmsContext, 'newId' | 'now' | 'organisations' | 'status' | 'kmsHost'>,
  tx: Queries,
  resource: {
    readonly resourceId: string;
    readonly organisationId: string;
    readonly list: readonly AuthorizationRow[];
  },
  named: readonly Subject[],
  createdBy: string,
  terms: Terms,
): Promise<{ rows: AuthorizationRow[]; added: AuthorizationRow[] }> => {
  const { newId, now } = context;
  const nobody = Array.from({ length: terms.anonymous }, (): Subject => ({ kind: 'anonymous', id: newId() }));
  const subjects = [...named, ...nobody];
  await requireResources(tx, resource.resourceId, subjects, now());
  const { resourceId } = resource;
  const standing = new Map(resource.list.map((row) => [row.subjectId, row]));
  const added: NewAuthorization[] = [];
  const rows = subjects.map((subject) => {
    const there = standing.get(subject.id);
    if (there !== undefined) return there;
    const subjectOrganisationId = subject.kind === 'person' ? subject.organisationId : resource.organisationId;
    const row = {
      authorizationId: subject.kind === 'anonymous' ? subject.id : newId(),
      resourceId,
      subjectKind: subject.kind,
      subjectId: subject.id,
      subjectOrganisationId,
      moderator: false,
      expiresAt: subject.kind === 'anonymous' ? terms.anonymousUntil : terms.expiresAt,
      subjectEntry: subject.kind === 'person' ? subject.entry : 0,
    };
    standing.set(subject.id, row);
    added.push(row);
    return row;
  });
  if (added.length === 0) return { rows, added };
  if (await isKnownToHaveLeft(tx, resourceId, added)) throw new CloisterError('kms/unavailable');
  await deleteExpiredOn(tx, resourceId, now());
  await meet(context, tx, resource, added);
  await insertAuthorizations(tx, added, { createdBy, createdAt: now() });
  return { rows, added };
};

/** People of other organisations are added while both let them meet; from then on these have met. */
const meet = async (
  context: Parameters<typeof grant>[0],
  tx: Queries,
  { organisationId, list }: Parameters<typeof grant>[2],
  added: readonly NewAuthorization[],
): Promise<void> => {
  const organisationsOf = (rows: readonly AuthorizationRow[]) =>
    rows.flatMap((row) => (row.subjectKind === 'person' ? [row.subjectOrganisationId] : []));
  const fresh = organisationsOf(added);
  await requireMeeting(context, tx, organisationId, fresh);
  await noteMeetings(context, tx, [organisationId, ...organisationsOf(list), ...fresh], context.now());
};

const requireResources = async (tx: Queries, own: string, subjects: readonly Subject[], now: Date): Promise<void> => {
  const ids = subjects.filter(({ kind }) => kind === 'resource').map(({ id }) => id);
  if (ids.length === 0) return;
  if (ids.includes(own)) throw new CloisterError('kms/conflict', { detail: 'a resource is not authorized on itself' });
  const known = await existingResources(tx, ids, now);
  if (ids.some((id) => !known.has(id))) throw new CloisterError('kms/not-found', { detail: 'a resource' });
};
