import type { Queries } from '@cloister/database';
import { CloisterError, instanceUri, kmsReply, type OrganisationId, type UserId, type Uuid } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Asked, RequestOf } from '../domain/asked.ts';
import type { Outcome } from '../domain/outcome.ts';
import { peopleOf } from '../domain/party.ts';
import { representAuthorization } from '../domain/represent.ts';
import { parseSubject, type Subject } from '../domain/subjects.ts';
import { parseTerms } from '../domain/terms.ts';
import { inviteRealms } from '../federation/lists/invite-realms.ts';
import { requireKeyOn } from '../master-keys/store/require-key-on.ts';
import { insertResource } from '../store/resource-row.ts';
import { claimKeys } from './claim-keys.ts';
import { grant } from './grant.ts';
import { withBearers } from './with-bearers.ts';

/**
 * `create /resources` (kms.md §1.6): all or nothing; its creator is always authorized. As half of a create the room's id
 * is stored with it, and holds ever after.
 */
export const createResource = async (
  context: KmsContext,
  tx: Queries,
  { request, caller, part }: Asked<RequestOf<'createResource'>>,
): Promise<Outcome> => {
  const { kmsHost } = context;
  const { personId, organisationId } = caller;
  await requireKeyOn(tx, organisationId);
  const creator: Subject = {
    kind: 'person',
    id: personId as UserId,
    organisationId: organisationId as OrganisationId,
    entry: context.person(personId as UserId)?.entry ?? 0,
  };
  const others = request.authIds.filter((authId) => authId !== personId).map((authId) => parseSubject(context, authId));
  const resourceId = context.newId();
  const roomId = part.kind === 'message' ? null : part.roomId;
  const now = context.now();
  // The draft's `ttl` is here the resource's; who stands on it ends with it, and who has no name before.
  const { ttl, roleUri, anonymous } = request;
  const { expiresAt } = parseTerms({ ttl, roleUri }, { roomId, expiresAt: null }, part.kind, now);
  const terms = parseTerms({ anonymous }, { roomId, expiresAt }, part.kind, now);
  const unchanged = { listVersion: 1, departureVersion: 0, lastReceipt: null };
  const resource = { resourceId, organisationId, roomId, expiresAt, ...unchanged };
  if (!(await insertResource(tx, { ...resource, creatorId: personId, createdAt: now }))) {
    throw new CloisterError('kms/conflict', { detail: 'the room has a resource already' });
  }
  const subjects = [creator, ...others];
  const { rows } = await grant(context, tx, { ...resource, list: [] }, subjects, personId, terms);
  await inviteRealms(context, tx, resource, rows);
  await claimKeys(context, tx, personId, request.keyUris, resource);
  const created = kmsReply.resourceCreated(request.requestId, {
    uri: instanceUri(kmsHost, 'resources', resourceId as Uuid),
    authorizationUris: rows.map((row) => representAuthorization(kmsHost, row).uri),
    keyUris: [...request.keyUris],
    ...(expiresAt === null ? {} : { expirationDate: expiresAt.toISOString() }),
    cloister: { authorizationVersion: 1 },
  });
  // Their bearers are told this once, in the form of `create /authorizations`.
  const nameless = await withBearers(
    context,
    rows.filter(({ subjectKind }) => subjectKind === 'anonymous'),
  );
  const response = nameless.length === 0 ? created : { ...created, authorizations: nameless };
  return { response, keys: [], resource, subjects: peopleOf(subjects), keyUris: request.keyUris };
};
