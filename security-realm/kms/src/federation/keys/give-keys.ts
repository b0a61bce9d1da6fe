import {
  CloisterError,
  hostOf,
  idOf,
  type KeyRepresentation,
  type KeysGiven,
  type KeyUri,
  type ResourceUri,
} from '@cloister/wire';
import type { AuditEntry } from '../../audit/audit-entry.ts';
import { fillKey, unwrapKeys } from '../../batch/release.ts';
import type { KmsContext } from '../../context.ts';
import { representKey } from '../../domain/represent.ts';
import type { PeerRealm } from '../http/route.ts';
import type { ForeignLists } from '../lists/foreign-lists.ts';
import { type KeyForPeer, keysForPeer } from '../store/key-for-peer-row.ts';

type Origin = Pick<KmsContext, 'kmsHost' | 'database' | 'keks' | 'audit' | 'revocation' | 'now'> & {
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
  const known = new Map(rows.map((row) => [row.keyId, row]));
  const elsewhere = await listsOf(origin, peer, rows);
  return keyUris.map((uri): Decision => {
    const key = hostOf(uri) === origin.kmsHost ? known.get(idOf(uri)) : undefined;
    if (key === undefined) return { uri, error: new CloisterError('kms/not-authorized') };
    const isListed = key.foreignResource === null ? key.isListed : elsewhere.get(key.foreignResource);
    if (isListed instanceof CloisterError) return { uri, error: isListed };
    if (isListed !== true) return { uri, error: new CloisterError('kms/not-authorized') };
    return key.isRevoked ? { uri, error: new CloisterError('kms/revoked') } : { uri, key, error: null };
  });
};

/** Whether the realm has somebody on the lists that are at home elsewhere; one that cannot be had is a refusal for now. */
const listsOf = async (
  { foreignLists }: Origin,
  { organisationIds }: PeerRealm,
  rows: readonly KeyForPeer[],
): Promise<Map<ResourceUri, boolean | CloisterError>> => {
  const uris = new Set(rows.flatMap(({ foreignResource }) => (foreignResource === null ? [] : [foreignResource])));
  const judge = async (uri: ResourceUri): Promise<[ResourceUri, boolean | CloisterError]> => {
    try {
      const { people, isFrozen } = await foreignLists.of(uri);
      const isListed = people.some((person) => organisationIds.includes(person.organisationId));
      return [uri, isListed && isFrozen ? new CloisterError('kms/revoked') : isListed];
    } catch (error) {
      if (error instanceof CloisterError) return [uri, error.code.startsWith('kms/') ? error : unavailable(error)];
      throw error;
    }
  };
  return new Map(await Promise.all([...uris].map(judge)));
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
