import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Health, Metrics, openHealth } from '@cloister/health';
import { type Log, openRealmLog } from '@cloister/logging';
import { isStale, openTokenVerifier, PeopleStatements, StatusFeed, signRealmToken } from '@cloister/verify';
import type { KmsConfig } from './config.ts';
import { openFederationMetrics } from './federation/metrics.ts';
import { startFederation } from './federation/start-federation.ts';
import { whenHsmAnswers } from './keys/when-hsm-answers.ts';
import { keepRemoving } from './leavers/keep-removing.ts';
import { CoreLink } from './link/core-link.ts';
import { RealmStreams } from './link/realm-streams.ts';
import { socketOptions } from './link/socket-options.ts';
import { keepMasterKeys } from './master-keys/keep-master-keys.ts';
import { type Kms, openKms } from './open-kms.ts';
import { openParts } from './open-parts.ts';
import { openRealm } from './provision.ts';
import { openSearchMetrics } from './search/metrics.ts';
import { discoveryOf } from './secrets/discovery.ts';
import { isCertificateOf } from './secrets/is-certificate-of.ts';
import { keyObjectOf, type RealmSecrets } from './secrets/realm-secrets.ts';
import { clockOf } from './store/clock-of.ts';

const MAINTENANCE_MS = 10 * 60 * 1000;
/** wires.md §13: who was not told of a list is told again, until it answers or may use the list no more. */
const TELL_AGAIN_MS = 5_000;
/** How old the numbers of other realms and of search keys may be that the health endpoint shows. */
const COUNT_MS = 30_000;
const HSM_PATIENCE = { attempts: 300, pause: () => pause(100) };

/** Opens the KMS, follows identity's feed and serves the core's frames; the result stops it all. */
export const serve = async (config: KmsConfig): Promise<() => Promise<void>> => {
  const log = openRealmLog({ name: 'kms' });
  const parts = await openParts(config, log);
  const { kmsHost, organisations, retireMs } = config;
  const secrets = await whenHsmAnswers(() => openRealm({ ...parts, organisations }), HSM_PATIENCE);
  const asRealm = identityOf(config, secrets);
  const feed = new StatusFeed({ ...asRealm, file: config.status, log });
  const people = new PeopleStatements(asRealm);
  const verifyToken = openTokenVerifier({ feed, issuer: config.identity.issuer });
  const { leaseMs, lookMs } = config.revocation ?? {};
  const metrics = new Metrics();
  const streams = new RealmStreams();
  const { database, now } = parts;
  const federation = await startFederation({
    config,
    secrets,
    status: feed,
    streams,
    database,
    databaseNow: clockOf,
    metrics,
    log,
    now,
  });
  const kms = await openKms({
    ...parts,
    kmsHost,
    organisations,
    secrets,
    status: feed,
    people,
    verifyToken,
    log,
    peers: config.federation && federation,
    leaseMs,
    retireMs,
    searchKeyMs: config.searchKeys?.periodMs,
  });
  federation.offer(kms.peerRoutes);
  const link = await openLink(config, secrets, { kms, streams }, log);
  const undelivered = metrics.gauge(
    'cloister_kms_undelivered_removals',
    'Removals of leavers the core has not written.',
  );
  const health = await openHealthOf(config, { kms, link, feed, metrics });
  const stopMaintenance = keepMaintained(kms, log);
  const looks = [openFederationMetrics(metrics, kms, () => streams.open), openSearchMetrics(metrics, kms)];
  const counting = setInterval(
    () => void Promise.all(looks.map((look) => look())).catch((error) => log.failure('kms.not-counted', error)),
    COUNT_MS,
  );
  const tellingPeers = setInterval(() => void kms.tellPeers(), TELL_AGAIN_MS);
  const stopRemoving = keepRemoving({
    kms,
    feed,
    tell: () => link.tellRemovals(),
    undelivered: (count) => undelivered.set(count),
    log,
    now: parts.now,
  });
  const stopHearing = kms.onRemoved(() => link.tellRemovals());
  const { masterKeys } = kms;
  const stopTelling = masterKeys.onFrozen((frozen) => link.tellRevoked(frozen));
  const stopMasterKeys = await keepMasterKeys({ jobs: masterKeys, database: parts.database, metrics, log, lookMs });
  feed.start();
  link.start();
  log.event('kms.ready', { kmsHost });
  return async () => {
    stopMaintenance();
    clearInterval(tellingPeers);
    clearInterval(counting);
    await stopRemoving();
    federation.close();
    await link.stop();
    stopTelling();
    stopHearing();
    people.close();
    await stopMasterKeys();
    await feed.stop();
    await health.close();
    await parts.close();
    log.event('kms.stopped', { kmsHost });
  };
};

const rootOf = ({ root }: KmsConfig) => (root === undefined ? {} : { root: readFileSync(root) });

/** Where identity is, and as whom it is asked. */
const identityOf = (config: KmsConfig, { linkKey }: RealmSecrets) => ({
  origin: config.identity.url,
  issuer: config.identity.issuer,
  statusKey: config.identity.feedKey,
  realm: { issuer: config.kmsHost, key: keyObjectOf(linkKey) },
  ...rootOf(config),
});

const openLink = async (
  config: KmsConfig,
  secrets: RealmSecrets,
  { kms, streams }: { readonly kms: Kms; readonly streams: RealmStreams },
  log: Log,
): Promise<CoreLink> => {
  const { kmsHost, certificates, core } = config;
  const key = keyObjectOf(secrets.linkKey);
  const { staticKey, next } = secrets;
  // While the key is renewed, the owner's file of certificates says which one is published.
  const published = next.static !== undefined && isCertificateOf(certificates, next.static) ? next.static : staticKey;
  const discovery = await discoveryOf(kmsHost, published.publicJwk, readFileSync(certificates, 'utf8'));
  return new CoreLink({
    url: core.url,
    socketOptions: socketOptions(core.url, rootOf(config).root),
    token: () => signRealmToken({ key, issuer: kmsHost, audience: 'core', now: Date.now() }),
    hello: { type: 'hello', node: kms.nodeId, kmsHost, discovery, receiptKid: secrets.receiptKey.kid },
    kms,
    frozen: kms.masterKeys.frozen,
    streams,
    log,
    random: Math.random,
    monotonicNow: () => performance.now(),
  });
};

type Watched = { readonly kms: Kms; readonly link: CoreLink; readonly feed: StatusFeed; readonly metrics: Metrics };

const openHealthOf = (config: KmsConfig, { kms, link, feed, metrics }: Watched): Promise<Health> =>
  openHealth({
    socket: config.health.socket,
    metrics,
    ready: async () => {
      const { reasons } = await kms.ready();
      if (!link.connected) reasons.push('core-link');
      if (isStale(feed, Date.now())) reasons.push('status-feed');
      return { ok: reasons.length === 0, reasons };
    },
  });

const keepMaintained = (kms: Kms, log: Log): (() => void) => {
  const run = () => kms.maintain().catch((error: unknown) => log.failure('kms.maintenance-failed', error));
  const timer = setInterval(run, MAINTENANCE_MS);
  void run();
  return () => clearInterval(timer);
};
