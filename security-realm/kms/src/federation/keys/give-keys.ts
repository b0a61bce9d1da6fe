import type { ListClaims } from '@cloister/receipts';
import {
  CloisterError,
  hostOf,
  idOf,
  instanceUri,
  type KeyRepresentation,
  type KeysGiven,
  type KeyUri,
  type OrganisationId,
  type ResourceUri,
  type Uuid,
} from '@cloister/wire';
import type { AuditEntry } from '../../audit/audit-entry.ts';
import { fillKey, unwrapKeys } from '../../batch/release.ts';
import type { KmsContext } from '../../context.ts';
import { representKey } from '../../domain/represent.ts';
import { meetingsOf } from '../../outside/meetings.ts';
import type { PeerRealm } from '../http/route.ts';
import type { ForeignLists } from '../lists/foreign-lists.ts';
import { type KeyForPeer, keysForPeer } from '../store/key-for-peer-row.ts';

type Origin = Pick<
  KmsContext,
  'kmsHost' | 'database' | 'keks' | 'audit' | 'revocation' | 'now' | 'organisations' | 'status'
> & {
  readonly foreignLists: Pick<ForeignLists, 'of'>;
};

type Decision =
  | { readonly uri: KeyUri; readonly key: KeyForPeer; readonly error: null }
  | { readonly uri: KeyUri; readonly error: CloisterError };

/**
 * Keys of ours for another realm that has somebody validly in the room (R365): on the list here, or on the one of the
 * resource's home. Which of its people may read them is decided there (R366). A realm that may not have a key is not told
 * whether there is one; each question is audited before an answer leaves.
 * @throws CloisterError `kms/unavailable` when this node may not use keys
 */
export const giveKeys = async (origin: Origin, peer: PeerRealm, keyUris: readonly KeyUri[]): Promise<KeysGiven> => {
  const permit = await origin.revocation.permit();
  if (permit === null) throw new CloisterError('kms/unavailable');
  const decisions = await decide(origin, peer, [...new Set(keyUris)]);
  const given = decisions.flatMap((decision) => (decision.error === null ? [decision.key] : []));
  const [material] = await Promise.all([
    unwrapKeys(origin.kmsHost, origin.keks, given),
    origin.audit.append(auditOf(decisions, peer, origin.now())),
  ]);
  const keys = decisions.map((decision) =>
    decision.error === null
      ? fillKey(represent(origin, decision.key), material)
      : { uri: decision.uri, code: decision.error.code },
  );
  if (!permit.holds()) throw new CloisterError('kms/unavailable', { detail: 'a main key was revoked meanwhile' });
  return { keys };
};

const decide = async (origin: Origin, peer: PeerRealm, keyUris: readonly KeyUri[]): Promise<Decision[]> => {
  const own = keyUris.filter((uri) => hostOf(uri) === origin.kmsHost).map(idOf);
  const rows = await keysForPeer(origin.database, own, peer.organisationIds, origin.now());
  const lists = await listsOf(origin, rows);
  const meets = await meetingsOf(origin, origin.database, [...peer.organisationIds, ...rows.flatMap(ownersOf)]);
  const decided = await Promise.all(
    rows.map(async (key): Promise<[string, Decision]> => {
      const uri = instanceUri(origin.kmsHost, 'keys', key.keyId as Uuid);
      const met = peer.organisationIds.filter((theirs) => ownersOf(key).every((ours) => meets(ours, theirs)));
      const error = await refusalOf(origin, key, { peer, met, lists });
      return [uri, error === null ? { uri, key, error } : { uri, error }];
    }),
  );
  const known = new Map(decided);
  return keyUris.map((uri) => known.get(uri) ?? { uri, error: new CloisterError('kms/not-authorized') });
};

type List = Pick<ListClaims, 'people' | 'isFrozen'> | CloisterError;
type Lists = ReadonlyMap<ResourceUri, List>;

/** Why a realm may not have a key: `met` are those of its organisations that the key's let meet their people. */
const refusalOf = async (
  { database, now }: Origin,
  key: KeyForPeer,
  { peer, met, lists }: { readonly peer: PeerRealm; readonly met: readonly OrganisationId[]; readonly lists: Lists },
): Promise<CloisterError | null> => {
  const list = key.foreignResource === null ? null : lists.get(key.foreignResource);
  if (list instanceof CloisterError) return list;
  const isListed = async (some: readonly OrganisationId[]): Promise<boolean> => {
    if (list) return list.people.some(({ organisationId }) => some.includes(organisationId));
    return (await keysForPeer(database, [key.keyId], some, now())).some((row) => row.isListed);
  };
  if (!(list ? await isListed(peer.organisationIds) : key.isListed)) return new CloisterError('kms/not-authorized');
  if (key.isRevoked || list?.isFrozen) return new CloisterError('kms/revoked');
  const isMet = met.length === peer.organisationIds.length || (met.length > 0 && (await isListed(met)));
  return isMet ? null : new CloisterError('kms/outside-not-allowed');
};

/** Whose a key is, and whose the resource here it is bound to. */
const ownersOf = ({ organisationId, resourceOrganisationId }: KeyForPeer): string[] =>
  resourceOrganisationId === null ? [organisationId] : [organisationId, resourceOrganisationId];

/** The lists that are at home elsewhere; one that cannot be had is a refusal for now. */
const listsOf = async ({ foreignLists }: Origin, rows: readonly KeyForPeer[]): Promise<Lists> => {
  const uris = new Set(rows.flatMap(({ foreignResource }) => (foreignResource === null ? [] : [foreignResource])));
  const find = async (uri: ResourceUri): Promise<[ResourceUri, List]> => {
    try {
      return [uri, await foreignLists.of(uri)];
    } catch (error) {
      if (!(error instanceof CloisterError)) throw error;
      return [uri, error.code.startsWith('kms/') ? error : unavailable(error)];
    }
  };
  return new Map(await Promise.all([...uris].map(find)));
};

const unavailable = (cause: CloisterError): CloisterError => new CloisterError('kms/unavailable', { cause });

const represent = ({ kmsHost }: Origin, key: KeyForPeer): KeyRepresentation => {
  const { listVersion, roomId } = key;
  return representKey(kmsHost, key, listVersion === null ? null : { listVersion, roomId });
};

/** A line for each resource and each reason, whatever the number of keys: who asks for what is not here fills no audit. */
const auditOf = (decisions: readonly Decision[], { kmsHost }: PeerRealm, now: Date): AuditEntry[] => {
  const alike = Map.groupBy(decisions, (decision) => JSON.stringify(outcomeOf(decision)));
  return [...alike.values()].map(([first, ...others]) => ({
    at: now.toISOString(),
    action: 'giveKey',
    ...outcomeOf(first as Decision),
    peer: kmsHost,
    purpose: 'federation',
    keyIds: [first as Decision, ...others].map(({ uri }) => idOf(uri)),
  }));
};

const outcomeOf = (decision: Decision): Pick<AuditEntry, 'outcome' | 'organisationId' | 'resourceId' | 'code'> => {
  if (decision.error !== null) return { outcome: 'refused', code: decision.error.code };
  const { organisationId, resourceId } = decision.key;
  return { outcome: 'allowed', organisationId, ...(resourceId === null ? {} : { resourceId }) };
};
