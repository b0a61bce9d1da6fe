import type { Queries } from '@cloister/database';
import { type ListClaims, listLeaseMs, signList } from '@cloister/receipts';
import {
  CloisterError,
  type CompactJws,
  hostOf,
  idOf,
  type OrganisationId,
  type ResourceUri,
  type RoomId,
  type UserId,
  type Uuid,
} from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import { findOrganisationKeys } from '../../master-keys/store/organisation-keys-row.ts';
import { isOver } from '../../operations/change-tools.ts';
import { meetingsOf } from '../../outside/meetings.ts';
import { findOutsidePolicy } from '../../outside/store/outside-row.ts';
import { type AuthorizationRow, authorizationsOf } from '../../store/authorization-row.ts';
import { findResource, type ResourceRow } from '../../store/resource-row.ts';
import type { PeerRealm } from '../http/route.ts';
import { hasBindingOf } from '../store/foreign-binding-row.ts';
import { holdList } from '../store/list-holder-row.ts';

type Home = Pick<KmsContext, 'kmsHost' | 'database' | 'databaseNow' | 'receipts' | 'now' | 'organisations' | 'status'>;

/**
 * Home's list of a resource, for a realm that has somebody on it or made a key for it (wires.md §13). Everybody else is told
 * that there is nothing, so that asking finds no rooms.
 * @throws CloisterError `kms/not-found`, `kms/outside-not-allowed` when the resource's organisation meets none of the realm's
 */
export const giveList = async (home: Home, peer: PeerRealm, resourceUri: ResourceUri): Promise<CompactJws> => {
  if (hostOf(resourceUri) !== home.kmsHost) throw new CloisterError('kms/not-found');
  const { database } = home;
  // Before the list is read: a change that is not in it yet finds whom to tell.
  await requireEntitled(home, database, peer, idOf(resourceUri));
  const until = new Date((await home.databaseNow(database)).getTime() + listLeaseMs);
  await holdList(database, { resourceId: idOf(resourceUri), kmsHost: peer.kmsHost, until });
  const claims = await database.transaction((tx) => claimsFor(home, tx, peer, resourceUri), {
    isolation: 'repeatable read',
  });
  return signList(claims, home.receipts);
};

/** `list` leaves out people of the realm whose organisations may not be met. */
type Entitled = { readonly resource: ResourceRow; readonly list: readonly AuthorizationRow[] };

const requireEntitled = async (
  home: Home,
  queries: Queries,
  peer: PeerRealm,
  resourceId: string,
): Promise<Entitled> => {
  const now = home.now();
  const resource = await findResource(queries, resourceId);
  if (resource === null || isOver(resource, now)) throw new CloisterError('kms/not-found');
  const list = await authorizationsOf(queries, resourceId, now);
  const theirs = list.filter((row) => isOf(peer, row));
  const isBound = await hasBindingOf(queries, resourceId, peer.kmsHost);
  if (theirs.length === 0 && !isBound) throw new CloisterError('kms/not-found');
  const meets = await meetingsOf(home, queries, [resource.organisationId, ...peer.organisationIds]);
  const isMet = (id: string) => meets(resource.organisationId, id);
  const unmet = theirs.filter(({ subjectOrganisationId }) => !isMet(subjectOrganisationId));
  if (isBound ? !peer.organisationIds.some(isMet) : unmet.length === theirs.length) {
    throw new CloisterError('kms/outside-not-allowed');
  }
  return { resource, list: list.filter((row) => !unmet.includes(row)) };
};

const isOf = ({ organisationIds }: PeerRealm, { subjectKind, subjectOrganisationId }: AuthorizationRow): boolean =>
  subjectKind === 'person' && organisationIds.some((id) => id === subjectOrganisationId);

const claimsFor = async (home: Home, tx: Queries, peer: PeerRealm, resourceUri: ResourceUri): Promise<ListClaims> => {
  const { resource, list } = await requireEntitled(home, tx, peer, idOf(resourceUri));
  const { isFrozen, epoch } = await findOrganisationKeys(tx, resource.organisationId);
  const { version } = await findOutsidePolicy(tx, resource.organisationId);
  return {
    iss: home.kmsHost,
    aud: peer.kmsHost,
    resourceUri,
    roomId: resource.roomId as RoomId | null,
    organisationId: resource.organisationId as OrganisationId,
    authorizationVersion: resource.listVersion,
    departureVersion: resource.departureVersion,
    revocationEpoch: epoch + version,
    people: list.flatMap((row) => (row.subjectKind === 'person' ? [personOf(row)] : [])),
    isFrozen,
    issuedAt: Math.floor(home.now().getTime() / 1000),
  };
};

const personOf = ({
  authorizationId,
  subjectId,
  subjectOrganisationId,
  moderator,
}: AuthorizationRow): ListClaims['people'][number] => ({
  id: subjectId as UserId,
  authorizationId: authorizationId as Uuid,
  organisationId: subjectOrganisationId as OrganisationId,
  ...(moderator ? { moderator } : {}),
});
