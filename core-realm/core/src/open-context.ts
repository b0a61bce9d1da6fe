import type { Database } from '@cloister/database';
import type { Metrics } from '@cloister/health';
import type { Log } from '@cloister/logging';
import { openTokenVerifier, type StatusView } from '@cloister/verify';
import { type DeviceId, newId, type OrganisationId, type UserId } from '@cloister/wire';
import { LeaverRemovals } from './change/leaver-removals.ts';
import { realmReceipt } from './change/realm-receipt.ts';
import { receiptCheck } from './change/receipt-check.ts';
import { Recovery } from './change/recovery.ts';
import { RoomChanges } from './change/room-changes.ts';
import { TwoPartChanges } from './change/two-part-changes.ts';
import type { CoreConfig } from './config.ts';
import type { CoreContext } from './context.ts';
import { limitsOf } from './domain/key-limits.ts';
import { EventSockets } from './events/event-sockets.ts';
import { Readers } from './events/readers.ts';
import { RevocationHints } from './events/revocation-hints.ts';
import { SharedEvent } from './events/shared-event.ts';
import { Files } from './files/files.ts';
import { LocalFiles } from './files/local-files.ts';
import { WorkQueue } from './functions/work-queue.ts';
import { identifyBy } from './identify.ts';
import { joinedRealms } from './joined-realms.ts';
import { openRealms } from './open-realms.ts';
import { Discovery } from './realm-link/discovery.ts';
import { RealmLink } from './realm-link/realm-link.ts';
import { RealmSockets } from './realm-link/realm-sockets.ts';
import { streamMetrics } from './realm-link/stream-metrics.ts';
import { StreamRelay } from './realm-link/stream-relay.ts';
import { Announcer } from './rooms/announcer.ts';
import { RoomWriter } from './rooms/room-writer.ts';
import { Rosters } from './rooms/rosters.ts';
import { RotationHints } from './rooms/rotation-hints.ts';
import type { SearchIndex } from './search/index/index.ts';
import { Search } from './search/search.ts';
import { readActivities } from './store/activities.ts';
import { ownsDevice } from './store/devices.ts';
import { loadDiscovery, saveDiscovery } from './store/discovery.ts';
import { guestsOf } from './store/guests-of.ts';
import { loadRoster } from './store/load-roster.ts';
import { watchBacklog } from './watch-backlog.ts';

export interface Surroundings {
  readonly db: Database;
  readonly feed: StatusView;
  readonly index: SearchIndex;
  readonly log: Log;
  readonly now: () => number;
  /** Says stop when an asker has waited long enough for the key server. */
  readonly patience: () => AbortSignal;
  readonly metrics: Metrics;
}

/** What runs beside the requests. */
export interface Parts {
  readonly context: CoreContext;
  readonly events: EventSockets;
  readonly realms: RealmSockets;
  /** The feed says something about realms: new ones are believed, the links of others end. */
  readonly joined: () => void;
  readonly changes: TwoPartChanges;
  readonly recovery: Recovery;
  /** Brings the metrics of what waits up to date. */
  readonly watchBacklog: () => Promise<void>;
}

/** Puts the parts of the core together. */
export const openContext = async (config: CoreConfig, around: Surroundings): Promise<Parts> => {
  const { db, feed, index, log, now, patience, metrics } = around;
  const registered = await openRealms(config);
  registered.join(joinedRealms(feed));
  const discovery = new Discovery(await loadDiscovery(db));
  const bytes = await LocalFiles.open(config.files.folder);
  const readers = new Readers();
  const link = new RealmLink(
    (userId, deviceId, kmsMessages) => readers.reply(userId, deviceId, kmsEvent(kmsMessages, now())),
    (kmsHost, removal) => leavers.record(kmsHost, removal),
    (kmsHost, frame) => revocations.heard(kmsHost, frame),
  );
  const organisationOf = (id: UserId) => feed.person(id)?.organisationId;
  const rosters = new Rosters((roomId) => loadRoster(db, roomId));
  const search = new Search({ db, index, feed, log, now, metrics });
  const announcer = new Announcer({
    rosters,
    readers,
    organisationOf,
    log,
    now,
    readLog: logBetween(db),
    later: inASecond,
    changed: (roomId, organisations) => search.rooms.changed(roomId, organisations),
  });
  const work = new WorkQueue({ db, feed, now });
  const limits = limitsOf(config.contentKeys);
  const rooms = new RoomWriter({
    limits,
    db,
    announcer,
    now,
    lanes: 4,
    noteShares: (tx, shares) => work.note(tx, shares),
  });
  const receiptOf = realmReceipt(registered, (kmsHost) => discovery.receiptKid(kmsHost));
  const checkReceipt = receiptCheck(receiptOf, organisationOf);
  const isGone = (id: UserId) => feed.person(id)?.active === false;
  const kmsHostOf = (organisationId: OrganisationId) => registered.serving(organisationId)?.kmsHost;
  const changes = new TwoPartChanges({ db, rooms, link, checkReceipt, isGone, kmsHostOf, now, log, patience });
  const recovery = new Recovery(changes, () => link.nodes.hosts(), log);
  const person = (id: string) => feed.person(id as UserId);
  const servedBy = (kmsHost: string) => registered.named(kmsHost)?.organisationIds ?? [];
  const leavers = new LeaverRemovals({ rooms, receiptOf, person, isGone, now, log });
  const guests = (organisationId: OrganisationId, people: readonly UserId[]) => guestsOf(db, organisationId, people);
  const revocations = new RevocationHints({ readers, servedBy, guestsOf: guests, now, log });
  const { issuer } = config.identity;
  const identify = identifyBy(openTokenVerifier({ feed, issuer }), now);
  const neverStale = openTokenVerifier({ feed, issuer, longestAge: Number.POSITIVE_INFINITY });
  const events = new EventSockets({
    readers,
    identify,
    now,
    log,
    ownsDevice: (id: DeviceId, userId) => ownsDevice(db, id, userId),
    feed,
  });
  const streams: StreamRelay = new StreamRelay({
    isKnown: (kmsHost) => registered.named(kmsHost) !== undefined,
    nodesOf: (kmsHost) => link.nodes.of(kmsHost),
    newId,
    metrics: streamMetrics(metrics, () => streams.open),
    log,
  });
  const realms = new RealmSockets({
    link,
    streams,
    now,
    log,
    greeted: async (hello) => {
      await saveDiscovery(db, hello, new Date(now()));
      discovery.learn(hello);
    },
    connected: () => void recovery.run(),
  });
  metrics.gauge('cloister_core_registrations', 'Event registrations, connected or resumable.', () => readers.count);
  metrics.gauge('cloister_core_realm_nodes', 'Connected realm processes.', () => link.nodes.all().length);
  const context: CoreContext = {
    db,
    log,
    now,
    feed,
    identify,
    identifyAtAnyAge: identifyBy(neverStale, now),
    organisationOf,
    identityOriginOf: (origin) => config.identityOrigins?.[origin] ?? origin,
    kmsHostOf,
    readers,
    sockets: events,
    link,
    discovery,
    rooms,
    limits,
    changes: new RoomChanges({ db, rooms, changes, person, kmsHostOf, limits, now }),
    hints: new RotationHints(now),
    files: new Files({ db, store: bytes, now }),
    bytes,
    work,
    search,
  };
  const joined = () => {
    registered.join(joinedRealms(feed));
    realms.recheck();
  };
  return { context, events, realms, joined, changes, recovery, watchBacklog: watchBacklog(db, metrics, now) };
};

const inASecond = (run: () => void): void => void setTimeout(run, 1000).unref();

const kmsEvent = (kmsMessages: readonly string[], now: number) =>
  new SharedEvent(() => JSON.stringify({ eventType: 'encryption.kms_message', encryption: { kmsMessages } }), {
    id: newId(),
    now,
  });

const logBetween = (db: Database) => (roomId: Parameters<typeof readActivities>[1], after: number, before: number) =>
  readActivities(db, roomId, { after, limit: 500 }, before - 1);
