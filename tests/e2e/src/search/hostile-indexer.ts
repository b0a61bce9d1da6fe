import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectIndexer, type IndexerClient, memoryStore, signInAsMachine } from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import type { MachineId } from '@cloister/wire';
import { deploymentOf, type SdkPerson } from '../sdk/sdk-person.ts';

/** An organisation's indexer in the hands of somebody who got its key: its account, and a program of their own. */
export const hostileIndexer = async (
  all: Constellation,
  label: string,
  { session }: SdkPerson,
): Promise<IndexerClient> => {
  const folder = all.deployment.layout.server(`${label}-indexer`);
  const { machine } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as {
    machine: { id: MachineId; key: string };
  };
  const key = JSON.parse(readFileSync(machine.key, 'utf8'));
  const deployment = deploymentOf(all, session.organisationId);
  return connectIndexer(await signInAsMachine({ deployment, machineId: machine.id, key }), { store: memoryStore() });
};
