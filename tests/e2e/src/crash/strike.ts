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

/** SIGKILL at a moment of chance, which is no condition of any test, and started again in an order of chance. */
export const strike = async (
  { deployment }: Constellation,
  names: readonly string[],
  chance: Chance,
  journal: Journal,
): Promise<void> => {
  const moment = chance.below(120);
  const order = chance.shuffle(names);
  await pause(moment);
  journal.note(`SIGKILL ${names.join(', ')}`);
  await Promise.all(names.map((name) => deployment.kill(name, 'SIGKILL')));
  await Promise.all(order.map((name) => deployment.start(name)));
  journal.note(`${order.join(', ')} ready again`);
};
