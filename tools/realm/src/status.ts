import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { askSocket } from './ask-socket.ts';
import { layOut, type RealmLayout } from './layout.ts';
import { linkStateOf } from './link-history.ts';
import { runningIn } from './lock.ts';
import { metPeers } from './peers.ts';
import { type PublicHalves, readPublicHalves } from './public-halves.ts';
import { readSettings } from './settings.ts';
import type { Told } from './told.ts';
import { versionHere } from './version-here.ts';

const renewBeforeMs = 30 * 24 * 3600_000;

/** How a realm is, and what to do next; also when nothing of it runs. @throws SetUpError when the folder holds none */
export const status = async (folder: string, now: () => number): Promise<Told> => {
  const layout = layOut(folder);
  const settings = readSettings(layout);
  const { kmsHost, organisationId, operator } = settings;
  const pid = runningIn(layout);
  const [hsm, kms] = await Promise.all([serverState(layout.hsm.health), serverState(layout.kms.health)]);
  const link = linkStateOf(layout.kms.log);
  // A process that was killed could not write that its link is gone.
  const isLinked = link?.isUp === true && kms.answers && !kms.reasons.includes('core-link');
  const certificates = {
    static: certificateState(layout.kms.chain, now()),
    tls: certificateState(layout.kms.federation, now()),
  };
  const lease = await leaseAge(layout);
  const peers = await metPeers(layout, settings);
  const renewing = Object.keys(halvesOf(layout)?.next ?? {});
  const value = {
    kmsHost,
    organisationId,
    operator:
      operator === undefined ? null : { identity: operator.identity, core: operator.core, joinedAt: operator.joinedAt },
    running: pid ?? null,
    hsm,
    kms,
    link: link === null ? null : { isUp: isLinked, since: link.since },
    leaseAgeSeconds: lease,
    certificates,
    renewing,
    peers,
    version: versionHere(),
    protection: 'software',
  };
  const next = nextSteps(folder, value);
  return { value: { ...value, next }, lines: [...linesOf(value), ...next.map((each) => `next: ${each}`)] };
};

interface ServerState {
  readonly answers: boolean;
  readonly isReady: boolean;
  readonly reasons: readonly string[];
}

const serverState = async (socket: string): Promise<ServerState> => {
  const said = await askSocket(socket, '/readyz');
  if (said === null) return { answers: false, isReady: false, reasons: [] };
  return { answers: true, isReady: said.status === 200, reasons: reasonsIn(said.body) };
};

const reasonsIn = (body: string): string[] => {
  try {
    const { reasons } = JSON.parse(body) as { reasons?: unknown };
    return Array.isArray(reasons) ? reasons.map(String) : [];
  } catch {
    return [];
  }
};

/** Seconds since the key server's last successful look at the revocations; null when it does not say. */
const leaseAge = async ({ kms }: RealmLayout): Promise<number | null> => {
  const said = await askSocket(kms.health, '/metrics');
  const line = /^cloister_kms_lease_age_seconds (\S+)$/m.exec(said?.body ?? '');
  return line === null ? null : Math.round(Number(line[1]));
};

interface CertificateState {
  readonly until: string;
  readonly state: 'good' | 'ends soon' | 'over';
}

const certificateState = (file: string, now: number): CertificateState | null => {
  if (!existsSync(file)) return null;
  const end = new X509Certificate(readFileSync(file)).validToDate;
  const left = end.getTime() - now;
  return { until: end.toISOString(), state: left <= 0 ? 'over' : left < renewBeforeMs ? 'ends soon' : 'good' };
};

const halvesOf = (layout: RealmLayout): PublicHalves | null =>
  existsSync(layout.kms.publicHalves) ? readPublicHalves(layout) : null;

interface Seen {
  readonly kmsHost: string;
  readonly operator: { readonly identity: string } | null;
  readonly running: number | null;
  readonly hsm: ServerState;
  readonly kms: ServerState;
  readonly link: { readonly isUp: boolean; readonly since: string } | null;
  readonly leaseAgeSeconds: number | null;
  readonly certificates: Readonly<Record<'static' | 'tls', CertificateState | null>>;
  readonly renewing: readonly string[];
  readonly peers: readonly { readonly kmsHost: string; readonly seenAt: Date }[] | null;
  readonly version: { readonly version: string; readonly commit: string | null };
}

const linesOf = (seen: Seen): string[] => {
  const server = ({ answers, isReady, reasons }: ServerState) =>
    !answers ? 'down' : isReady ? 'ready' : `not ready: ${reasons.join(', ')}`;
  const certificate = (state: CertificateState | null) =>
    state === null ? 'missing' : `${state.state}, until ${state.until.slice(0, 10)}`;
  const { link, leaseAgeSeconds: lease, peers, version } = seen;
  return [
    `key server    ${seen.kmsHost}`,
    `operator      ${seen.operator?.identity ?? 'none: it has not joined'}`,
    `runs          ${seen.running === null ? 'no' : `yes (process ${seen.running})`}`,
    `hsm           ${server(seen.hsm)}`,
    `kms           ${server(seen.kms)}`,
    `link to core  ${link === null ? 'never opened' : `${link.isUp ? 'up' : 'down'} since ${link.since}`}`,
    `lease         ${lease === null ? 'unknown' : `looked ${lease} s ago`}`,
    `certificates  static: ${certificate(seen.certificates.static)}; tls: ${certificate(seen.certificates.tls)}`,
    ...(seen.renewing.length === 0 ? [] : [`renewing      ${seen.renewing.join(', ')}`]),
    `peers         ${peers === null ? 'unknown: the database does not answer' : peers.length === 0 ? 'none met yet' : peers.map((peer) => `${peer.kmsHost} (${peer.seenAt.toISOString().slice(0, 10)})`).join(', ')}`,
    `version       ${version.version}${version.commit === null ? '' : ` (${version.commit.slice(0, 12)})`}`,
  ];
};

/** What is still to do, the first first. */
const nextSteps = (folder: string, seen: Seen): string[] => {
  const missing = (['static', 'tls'] as const).filter((kind) => seen.certificates[kind] === null);
  if (missing.length > 0)
    return [`have ${folder}/requests/${missing[0]}.csr certified, then: cloister realm certificate ${folder} <file>`];
  if (seen.operator === null)
    return [`ask the operator for a code, then: cloister realm join ${folder} --code-file <file>`];
  const steps: string[] = [];
  for (const kind of ['static', 'tls'] as const) {
    if (seen.certificates[kind]?.state === 'good') continue;
    steps.push(
      `renew the ${kind} certificate: have ${folder}/requests/${kind}.csr certified again, or cloister realm rotate ${folder} ${kind}`,
    );
  }
  for (const name of seen.renewing) {
    steps.push(
      name === 'static' || name === 'tls'
        ? `a new ${name} key waits for its certificate: ${folder}/requests/${name}.csr`
        : `the renewal of the ${name} key broke off: cloister realm rotate ${folder} ${name}`,
    );
  }
  if (seen.running === null) return [...steps, `cloister realm start ${folder}`];
  if (seen.link?.isUp !== true)
    steps.push(`the core is not reached: is outbound https to it open? ${folder}/logs/kms.log says more`);
  else if (!seen.kms.isReady) steps.push(`read ${folder}/logs/kms.log`);
  return steps;
};
