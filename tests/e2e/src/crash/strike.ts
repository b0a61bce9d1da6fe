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

/** SIGKILL up to `latest` ms from now, and started again in an order of chance. No assertion depends on the moment. */
export const strike = async (
  { deployment }: Constellation,
  names: readonly string[],
  { chance, latest, journal }: { readonly chance: Chance; readonly latest: number; readonly journal: Journal },
): Promise<void> => {
  const order = chance.shuffle(names);
  await pause(chance.below(latest));
  journal.note(`SIGKILL ${names.join(', ')}`);
  await Promise.all(names.map((name) => deployment.kill(name, 'SIGKILL')));
  await Promise.all(order.map((name) => deployment.start(name)));
  journal.note(`${order.join(', ')} ready again`);
};
