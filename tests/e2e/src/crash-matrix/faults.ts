import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Constellation } from '@cloister/testkit';
import { inDatabase } from '../canary/databases.ts';
import { childrenOf, untilStopped } from './processes.ts';

export const faultNames = [
  'kill core',
  'kill kms',
  'kill core and kms',
  'kill postgres',
  'kill a backend',
  'end the backends',
  'lose the answer of a commit',
  'stop core',
  'stop kms',
  'stop postgres',
] as const;
export type FaultName = (typeof faultNames)[number];

/** What a fault leaves to its surroundings. */
export interface Struck {
  /** What is killed is gone, and was not started again yet. */
  readonly gone: () => Promise<void>;
  /** Lets what stands still in the servers that live go on. */
  readonly go: () => void;
  /** Resolves when every asker was told something, however little. */
  readonly answered: () => Promise<void>;
}

export type Strike = (all: Constellation, struck: Struck) => Promise<void>;

const kms = 'acme-kms';

const kill =
  (...names: string[]): Strike =>
  async ({ deployment }, { gone, go }) => {
    await Promise.all(names.map((name) => deployment.kill(name, 'SIGKILL')));
    await gone();
    go();
    await Promise.all(names.map((name) => deployment.start(name)));
  };

/** A server stands still in the middle of what it does until the others have done what they can without it. */
const stop =
  (name: string, enough: (all: Constellation, struck: Struck) => Promise<void>): Strike =>
  async (all, struck) => {
    const { deployment } = all;
    const pid = deployment.pid(name);
    if (pid === undefined) throw new Error(`${name} does not run`);
    const pids = name === 'postgres' ? [pid, ...childrenOf(pid)] : [pid];
    for (const each of pids) process.kill(each, 'SIGSTOP');
    try {
      await untilStopped(pids);
      struck.go();
      await enoughInTime(enough(all, struck));
    } finally {
      for (const each of pids) continued(each);
    }
  };

/** Milliseconds. What stands still for ever would fail every test that follows, too. */
const longest = 90_000;

/** Fails when it takes longer than anything here should. */
export const enoughInTime = async (enough: Promise<void>): Promise<void> => {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('somebody was never answered')), longest);
  try {
    await Promise.race([enough, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};

/** A backend that was told to end does so as soon as it goes on. */
const continued = (pid: number): void => {
  try {
    process.kill(pid, 'SIGCONT');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
  }
};

/** Resolves when a server has said that it cannot work. */
export const unready =
  (name: string) =>
  async ({ deployment }: Constellation): Promise<void> => {
    while (await readyWithin(deployment.layout.health(name), 2_000)) await pause(20);
  };

const readyWithin = (socketPath: string, timeout: number): Promise<boolean> =>
  new Promise((resolve) => {
    const asking = request({ socketPath, path: '/readyz', timeout }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(false));
    asking.end();
  });

const openTransactions = `select pid from pg_stat_activity
  where datname in ('core', 'acme_kms') and state = 'idle in transaction' order by backend_start`;

/** One backend gone by SIGKILL: PostgreSQL cannot trust the memory it shares any more and starts all of itself again. */
const killBackend: Strike = async (all, { go }) => {
  const { rows } = await inDatabase(all, 'postgres', (client) => client.query<{ pid: number }>(openTransactions));
  const [first] = rows;
  if (first === undefined) throw new Error('no transaction is open');
  const { pid } = all.deployment;
  const backends = new Set(childrenOf(pid('postgres') ?? 0));
  if (!backends.has(first.pid)) throw new Error('PostgreSQL names its processes otherwise than the kernel');
  process.kill(first.pid, 'SIGKILL');
  // The connection of whoever watches ends with all the others.
  while (childrenOf(pid('postgres') ?? 0).some((each) => backends.has(each))) await pause(5);
  go();
};

/** Each open transaction loses its connection alone. */
const endBackends: Strike = async (all, { go }) => {
  await inDatabase(all, 'postgres', (client) =>
    client.query(`select pg_terminate_backend(pid) from (${openTransactions}) open`),
  );
  await inDatabase(all, 'postgres', async (client) => {
    while ((await client.query(openTransactions)).rowCount !== 0) await pause(5);
  });
  go();
};

/**
 * A commit that is durable and whose answer never comes: PostgreSQL writes it to its log, waits for a standby that does not
 * exist, and is killed while it waits.
 */
const loseAnswer: Strike = async (all, { go }) => {
  await inDatabase(all, 'postgres', async (client) => {
    const { rows } = await client.query<{ pid: number }>(openTransactions);
    if (rows.length === 0) throw new Error('no transaction is open');
    await client.query(`alter system set ${standby} = 'nobody'`);
    await client.query('select pg_reload_conf()');
    const waiting = async (pids: readonly number[]) =>
      (await client.query(`select from pg_stat_activity where wait_event = 'SyncRep' and pid = any($1::int[])`, [pids]))
        .rowCount === pids.length;
    await untilCommitsWait(all, waiting);
    go();
    while (!(await waiting(rows.map(({ pid }) => pid)))) await pause(5);
    // Its own connection ends with the server.
    client.on('error', () => {});
    await all.deployment.kill('postgres', 'SIGKILL');
  });
  const settings = join(all.deployment.layout.cluster, 'postgresql.auto.conf');
  const kept = readFileSync(settings, 'utf8')
    .split('\n')
    .filter((line) => !line.startsWith(standby));
  writeFileSync(settings, kept.join('\n'));
  await all.deployment.start('postgres');
};

const standby = 'synchronous_standby_names';

/** A setting takes effect when the process that keeps it has read it: a commit that waits says so. */
const untilCommitsWait = async (all: Constellation, waiting: (pids: readonly number[]) => Promise<boolean>) => {
  for (;;) {
    const probe = Promise.withResolvers<number>();
    let over = false;
    const committed = inDatabase(all, 'postgres', async (client) => {
      client.on('error', () => {});
      probe.resolve((await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0);
      await client.query(`comment on database postgres is 'a commit'`);
    });
    // It ends with the server when it has to wait.
    void committed
      .catch(() => {})
      .finally(() => {
        over = true;
      });
    const pid = await probe.promise;
    while (!over) {
      if (await waiting([pid])) return;
      await pause(5);
    }
  }
};

export const faults: Readonly<Record<FaultName, Strike>> = {
  'kill core': kill('core'),
  'kill kms': kill(kms),
  'kill core and kms': kill('core', kms),
  'kill postgres': kill('postgres'),
  'kill a backend': killBackend,
  'end the backends': endBackends,
  'lose the answer of a commit': loseAnswer,
  'stop core': stop('core', unready('core')),
  // Longer than the core's patience: those who ask are told that nothing is decided yet, and the answer comes too late.
  'stop kms': stop(kms, (_, { answered }) => answered()),
  'stop postgres': stop('postgres', unready('core')),
};
