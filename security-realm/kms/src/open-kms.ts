import { type Database, type Queries, sql } from '@cloister/database';
import type { Log } from '@cloister/logging';
import { PrivateKey } from '@cloister/seal';
import type { PeopleStatements, StatusView, TokenVerifier } from '@cloister/verify';
import type { KmsHost, OperationStatusFrame, Uuid } from '@cloister/wire';
import { AnonymousBearers } from './anonymous/anonymous-bearer.ts';
import { AuditLog } from './audit/audit-log.ts';
import { type Batch, handleBatch, type Reply } from './batch/handle-batch.ts';
import { handleOperation, type Operation } from './batch/handle-operation.ts';
import { handleOperationStatus } from './batch/handle-operation-status.ts';
import { ChannelStore } from './channel/channel-store.ts';
import { type LimitSettings, openLimits } from './channel/limits.ts';
import type { KmsContext } from './context.ts';
import type { Route } from './federation/http/route.ts';
import { ForeignKeys } from './federation/keys/foreign-keys.ts';
import { ForeignLists } from './federation/lists/foreign-lists.ts';
import { HolderNews } from './federation/lists/holder-news.ts';
import { noFederation } from './federation/no-federation.ts';
import type { Federation } from './federation/open-federation.ts';
import { peerRoutes } from './federation/peer-routes.ts';
import { ReadersElsewhere } from './federation/readers/readers-elsewhere.ts';
import { type FederationNumbers, federationNumbers } from './federation/store/federation-numbers.ts';
import type { Hsm } from './keys/hsm.ts';
import { openKeks } from './keys/open-keks.ts';
import { placesOfLeavers, removeElsewhere } from './leavers/remove-elsewhere.ts';
import { type Removing, removeLeavers } from './leavers/remove-leavers.ts';
import { takeUndelivered, type UntoldRemoval } from './leavers/undelivered.ts';
import { maintain } from './maintain.ts';
import { watchDenials } from './master-keys/amazon/watch-denials.ts';
import { type MasterKeyJobs, openMasterKeyJobs } from './master-keys/jobs.ts';
import { Lease } from './master-keys/revocation/lease.ts';
import { RevocationWatch } from './master-keys/revocation/revocation-watch.ts';
import type { StartTimer } from './master-keys/revocation/start-timer.ts';
import { Breath } from './master-keys/rotation/breath.ts';
import type { OperationResult } from './operations/close-operation.ts';
import { countSearchKeys } from './search/store/search-key-row.ts';
import { keyObjectOf, type RealmSecrets } from './secrets/realm-secrets.ts';
import { clockOf } from './store/clock-of.ts';
import { countUndelivered, setDelivered } from './store/leaver-removal-row.ts';

/** What the KMS is built from. Time, clocks and ids come in, so that tests can set them. */
export type KmsParts = {
  readonly kmsHost: KmsHost;
  /** The organisations this realm serves; the first is the realm's own. */
  readonly organisations: readonly string[];
  readonly database: Database;
  /** Connections of their own for audit and KEKs, which are needed while a change holds one of `database`. */
  readonly sideDatabase: Database;
  /** Connections of the look at the epochs alone, so that nothing that hangs costs the lease; `sideDatabase` unless told. */
  readonly watchDatabase?: Database | undefined;
  readonly hsm: Hsm;
  readonly secrets: RealmSecrets;
  readonly status: StatusView;
  /** Identity's word on people of other realms; it knows nobody unless told. */
  readonly people?: Pick<PeopleStatements, 'about'> | undefined;
  readonly verifyToken: TokenVerifier;
  readonly log: Log;
  readonly now: () => Date;
  /** The database's clock unless told otherwise. */
  readonly databaseNow?: ((queries: Queries) => Promise<Date>) | undefined;
  readonly monotonicNow: () => number;
  readonly newId: () => Uuid;
  /** In [0, 1); `Math.random` unless told. */
  readonly random?: (() => number) | undefined;
  readonly limits?: LimitSettings;
  /** The way to key servers of other realms; none unless told. */
  readonly peers?: Pick<Federation, 'ask' | 'receiptKeyOf'> | undefined;
  /** Whether other realms hear at once whose people were put on a list, and not with the next round; so unless told. */
  readonly invitesAtOnce?: boolean | undefined;
  /** How long this node may use keys without a look at the epochs; a minute unless told. */
  readonly leaseMs?: number | undefined;
  /** How long a retired main key stays in the hsm; seven days unless told. */
  readonly retireMs?: number | undefined;
  /** How old an organisation's newest search key of a room may be when it is asked for; 30 days unless told. */
  readonly searchKeyMs?: number | undefined;
  /** KEKs that a rotation rewraps in one transaction. */
  readonly rotationBatch?: number | undefined;
  /** What says that a look at the epochs takes too long: the machine's timers unless told. */
  readonly startTimer?: StartTimer | undefined;
};

/** wires.md §12. */
const LEASE_MS = 60_000;
/** wires.md §14. */
const SEARCH_KEY_MS = 30 * 24 * 3600_000;

/** A KMS without its sockets. */
export type Kms = {
  /** This process among those of its realm. */
  readonly nodeId: Uuid;
  /** What a node does about main keys by itself. */
  readonly masterKeys: MasterKeyJobs;
  /** Answers the sealed messages of one person; those without a reply are met with silence. */
  handleBatch(batch: Batch): Promise<Reply[]>;
  /** The sealed half of a two-part change; null is silence. */
  handleOperation(frame: Operation): Promise<OperationResult | null>;
  /** What became of such a change; null is silence. */
  handleOperationStatus(frame: Omit<OperationStatusFrame, 'type' | 'id'>): Promise<OperationResult | null>;
  /** Removes who left the organisation from every resource, and answers how many removals were made. */
  removeLeavers(removing?: Removing): Promise<number>;
  /** Has who left removed by other realms too, where lists are at home there, and answers how many removals were made. */
  removeElsewhere(signal?: AbortSignal): Promise<number>;
  /** On how many lists elsewhere people who left still stand. */
  removalsElsewhere(): Promise<number>;
  /** How much is kept of other realms, and what they were not told yet. */
  federationNumbers(): Promise<FederationNumbers>;
  /** How many search keys of rooms are kept. */
  searchKeyCount(): Promise<number>;
  /** Calls when another realm had somebody removed here, so that the core is told; returns how to stop. */
  onRemoved(listener: () => void): () => void;
  /** Removals to tell the core of now; those are not given out again for 5 s, unless `all` is asked for. */
  takeRemovals(wanted: { limit: number; all: boolean }): Promise<UntoldRemoval[]>;
  /** Removals that the core has not written yet: how many, and for how many milliseconds the oldest waits. */
  undeliveredRemovals(): Promise<{ count: number; ageMs: number }>;
  /** The core has written a removal. */
  removalRecorded(operationId: string): Promise<void>;
  /** What other realms may ask. */
  readonly peerRoutes: readonly Route[];
  /** Tells other realms which lists they know are out of date, and which their people were put on. */
  tellPeers(): Promise<void>;
  /** Deletes what has expired, and destroys wrapping keys that wrap nothing any more. */
  maintain(): Promise<void>;
  /** Whether database and hsm answer. */
  ready(): Promise<{ ok: boolean; reasons: string[] }>;
};

/** Opens the KMS over a migrated database and the keys of `provisionRealm`. */
export const openKms = async (parts: KmsParts): Promise<Kms> => {
  const { kmsHost, organisations, database, sideDatabase, now, monotonicNow, newId, log } = parts;
  const {
    watchDatabase = sideDatabase,
    databaseNow = clockOf,
    leaseMs = LEASE_MS,
    random = Math.random,
    rotationBatch: batchSize,
    startTimer,
  } = parts;
  const hsm = watchDenials(parts.hsm, (deniedId) => void masterKeys?.useDenied(deniedId));
  let masterKeys: MasterKeyJobs | null = null;
  const lease = new Lease(leaseMs, { monotonicNow, now });
  const { keks, realmOrganisationId } = openKeks({ ...parts, hsm, requireLease: lease.require });
  const nodeId = newId();
  const { peers = noFederation } = parts;
  const federates = parts.peers !== undefined;
  const { invitesAtOnce = true } = parts;
  const news = federates
    ? new HolderNews({ kmsHost, database: sideDatabase, databaseNow, ask: peers.ask, invitesAtOnce, log })
    : null;
  const { staticKey, staticBefore, receiptKey, authorizationKey, next } = parts.secrets;
  const { keyId } = await hsm.ensureKey(realmOrganisationId, 'main', 'default');
  const mainKey = { keyId, organisationId: realmOrganisationId };
  const context: KmsContext = {
    kmsHost,
    organisations,
    database,
    audit: new AuditLog(sideDatabase),
    keks,
    revocation: new RevocationWatch({ database: watchDatabase, keks, lease, nodeId, databaseNow, log, startTimer }),
    federates,
    askPeer: peers.ask,
    receiptKeyOf: peers.receiptKeyOf,
    foreignLists: new ForeignLists({ kmsHost, organisations, database, ...peers, status: parts.status, log, now }),
    foreignKeys: new ForeignKeys({ database, keks, ask: peers.ask, log, now }),
    news,
    readersElsewhere: new ReadersElsewhere({ kmsHost, ...peers, log, now, startTimer }),
    channels: new ChannelStore({ database, keks, kmsHost, realmOrganisationId, now, monotonicNow }),
    limits: openLimits(parts.limits),
    staticKey: await PrivateKey.fromJwk(`kms://${kmsHost}`, staticKey.privateJwk),
    otherStaticKeys: await Promise.all(
      [next.static, staticBefore]
        .filter((secret) => secret !== undefined && secret !== null)
        .map(({ privateJwk }) => PrivateKey.fromJwk(`kms://${kmsHost}`, privateJwk)),
    ),
    receipts: { kid: receiptKey.kid, key: keyObjectOf(receiptKey) },
    bearers: new AnonymousBearers(kmsHost, await PrivateKey.fromJwk(authorizationKey.kid, authorizationKey.privateJwk)),
    hsm,
    mainKey: async () => ({ keyId, ...(await hsm.describe(mainKey)) }),
    status: parts.status,
    people: parts.people ?? nobody,
    person: (id) => parts.status.person(id),
    verifyToken: parts.verifyToken,
    log,
    now,
    databaseNow,
    newId,
    searchKeyMs: parts.searchKeyMs ?? SEARCH_KEY_MS,
    retireMs: parts.retireMs,
  };
  const removed = new Set<() => void>();
  const tellRemoved = () => {
    for (const listener of removed) listener();
  };
  const breath = new Breath({ monotonicNow, startTimer });
  masterKeys = openMasterKeyJobs(context, { hsm, lease, defaultKey: mainKey, random, breath, batchSize });
  return {
    nodeId,
    masterKeys,
    handleBatch: (batch) => {
      breath.asked();
      return handleBatch(context, batch);
    },
    handleOperation: (frame) => handleOperation(context, frame),
    handleOperationStatus: (frame) => handleOperationStatus(context, frame),
    removeLeavers: (removing) => removeLeavers(context, removing),
    removeElsewhere: async (signal) => (federates ? removeElsewhere(context, { signal, random }) : 0),
    removalsElsewhere: () => placesOfLeavers(context),
    federationNumbers: async () => federationNumbers(database, await databaseNow(database)),
    searchKeyCount: () => countSearchKeys(database),
    onRemoved: (listener) => {
      removed.add(listener);
      return () => removed.delete(listener);
    },
    takeRemovals: (wanted) => takeUndelivered(context, wanted),
    undeliveredRemovals: async () => {
      const { count, oldest } = await countUndelivered(database);
      return { count, ageMs: oldest === null ? 0 : Math.max(0, now().getTime() - oldest.getTime()) };
    },
    removalRecorded: async (operationId) => {
      await setDelivered(database, operationId);
    },
    peerRoutes: federates ? peerRoutes(context, tellRemoved) : [],
    tellPeers: async () => {
      await Promise.all([news?.tell(), news?.invite()]);
    },
    maintain: () => maintain({ database, hsm, now: now(), log: parts.log }),
    ready: async () => {
      const reasons = await failing({
        database: () => database.rows(sql`select 1`),
        hsm: () => hsm.describe(mainKey),
      });
      return { ok: reasons.length === 0, reasons };
    },
  };
};

/** A realm that meets no others hears of everybody by the feed. */
const nobody: Pick<PeopleStatements, 'about'> = { about: async () => new Map() };

const failing = async (checks: Record<string, () => Promise<unknown>>): Promise<string[]> => {
  const results = await Promise.allSettled(Object.values(checks).map((check) => check()));
  return Object.keys(checks).filter((_, index) => results[index]?.status === 'rejected');
};
