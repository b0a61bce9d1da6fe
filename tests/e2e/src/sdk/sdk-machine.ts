import { generateKeyPairSync } from 'node:crypto';
import {
  type Administration,
  connectMachine,
  type MachineClient,
  memoryStore,
  openAdministration,
  type SignInAsMachineOptions,
  signInAsMachine,
} from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import type { Purpose } from '@cloister/wire';
import { deploymentOf, type SdkPerson } from './sdk-person.ts';

/** A new machine account of an administrator's organisation, signed in. */
export const sdkMachine = async (
  all: Constellation,
  { session }: SdkPerson,
  purpose: Purpose,
): Promise<MachineClient> => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicJwk = publicKey.export({ format: 'jwk' }) as Parameters<Administration['addMachine']>[1];
  const key = privateKey.export({ format: 'jwk' }) as SignInAsMachineOptions['key'];
  const machineId = await openAdministration(session).addMachine(purpose, publicJwk);
  const deployment = deploymentOf(all, session.organisationId);
  return connectMachine(await signInAsMachine({ deployment, machineId, key }), { store: memoryStore() });
};
