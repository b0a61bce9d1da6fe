import { setTimeout as pause } from 'node:timers/promises';
import type { Constellation } from '@cloister/testkit';
import type { Chance } from './chance.ts';
import type { Journal } from './journal.ts';

/** What is killed together. */
export const targets: readonly (readonly string[])[] = [
  ['postgres'],
  ['core'],
  ['acme-kms'],
  ['acme-hsm'],
  ['identity'],
  ['door'],
  ['acme-app'],
  ['core', 'postgres'],
  ['acme-kms', 'acme-hsm'],
  ['core', 'acme-kms'],
];

export interface StrikeOptions {
  readonly chance: Chance;
  /** Milliseconds from now; no assertion depends on the moment. */
  readonly latest: number;
  readonly journal: Journal;
}

/** SIGKILL at a moment of chance; then started again in an order of chance, or left to whoever watches the servers. */
export const strike = async (
  { deployment }: Constellation,
  names: readonly string[],
  { chance, latest, journal }: StrikeOptions,
): Promise<void> => {
  const watched = chance.below(2) === 0;
  const order = chance.shuffle(names);
  await pause(chance.below(latest));
  journal.note(`SIGKILL ${names.join(', ')}${watched ? ', not told to anybody' : ''}`);
  await Promise.all(names.map((name) => (watched ? fall(deployment, name) : deployment.kill(name, 'SIGKILL'))));
  const again = async (name: string) => {
    await deployment.start(name);
    journal.note(`${name} ready again`);
  };
  await Promise.all(order.map(again));
};

/** Resolves when another process has taken the place of the one that fell. */
const fall = async (deployment: Constellation['deployment'], name: string): Promise<void> => {
  const pid = deployment.pid(name);
  if (pid === undefined) throw new Error(`${name} does not run`);
  process.kill(pid, 'SIGKILL');
  while ([pid, undefined].includes(deployment.pid(name))) await pause(10);
};
