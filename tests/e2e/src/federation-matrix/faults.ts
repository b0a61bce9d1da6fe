import type { Constellation } from '@cloister/testkit';
import { enoughInTime, unready } from '../crash-matrix/faults.ts';
import { untilStopped } from '../crash-matrix/processes.ts';
import type { ClosedRealm } from '../network/closed-realm.ts';

/** The three parties of a change: who asks has it from their own key server, and home decides. */
export type Party = 'core' | 'own' | 'home';
export const servers: Readonly<Record<Party, string>> = { core: 'core', own: 'globex-kms', home: 'acme-kms' };

export const faultNames = [
  'kill core',
  'kill own',
  'kill home',
  'kill core and own',
  'kill core and home',
  'kill own and home',
  'stop core',
  'stop own',
  'stop home',
  'stop own and home',
  'cut own',
  'cut home',
  'cut own and home',
  'reset own',
  'reset home',
] as const;
export type FaultName = (typeof faultNames)[number];

export interface Struck {
  readonly all: Constellation;
  readonly realms: Readonly<Record<'own' | 'home', ClosedRealm>>;
  /** Lets what stands still in the servers that live go on. */
  readonly go: () => void;
  /** Resolves when every asker was told something, however little. */
  readonly answered: () => Promise<void>;
}

/** Resolves when the fault is over: servers run, networks are whole. */
export const strike = async (name: FaultName, struck: Struck): Promise<void> => {
  const [how = '', ...rest] = name.split(' ');
  const parties = rest.filter((word): word is Party => word in servers);
  if (how === 'kill') await kill(struck, parties);
  else if (how === 'stop') await stop(struck, parties);
  else if (how === 'cut') await cut(struck, realmsOf(struck, parties));
  else {
    for (const { relay } of realmsOf(struck, parties)) relay.reset();
    struck.go();
  }
};

const realmsOf = ({ realms }: Struck, parties: readonly Party[]): ClosedRealm[] =>
  parties.flatMap((party) => (party === 'core' ? [] : [realms[party]]));

const kill = async ({ all: { deployment }, go }: Struck, parties: readonly Party[]): Promise<void> => {
  const names = parties.map((party) => servers[party]);
  await Promise.all(names.map((name) => deployment.kill(name, 'SIGKILL')));
  go();
  await Promise.all(names.map((name) => deployment.start(name)));
};

/** They stand still in the middle of what they do until the others have done what they can without them. */
const stop = async ({ all, go, answered }: Struck, parties: readonly Party[]): Promise<void> => {
  const pids = parties.map((party) => all.deployment.pid(servers[party]) ?? 0);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await untilStopped(pids);
    go();
    await enoughInTime(parties.includes('core') ? unready('core')(all) : answered());
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
};

/** Their firewalls drop everything, both ways, and tell nobody. */
const cut = async ({ go, answered }: Struck, realms: readonly ClosedRealm[]): Promise<void> => {
  for (const { network } of realms) network.cut();
  try {
    go();
    await enoughInTime(answered());
  } finally {
    for (const { network } of realms) network.heal();
  }
};
