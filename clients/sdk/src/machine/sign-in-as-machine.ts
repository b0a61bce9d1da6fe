import { type PrivateJwk, PrivateKey } from '@cloister/seal';
import type { MachineId } from '@cloister/wire';
import { globalPlatform, type Platform } from '../platform.ts';
import type { Deployment, Session } from '../session/session.ts';
import { MachineSession } from './machine-session.ts';

/** Where a deployment is, as a machine needs to know it. */
export type MachineDeployment = Pick<Deployment, 'catalogue' | 'oauth' | 'identity' | 'kmsHost' | 'kmsRoots'>;

export interface SignInAsMachineOptions {
  readonly deployment: MachineDeployment;
  readonly machineId: MachineId;
  /** P-256. */
  readonly key: PrivateJwk;
  readonly platform?: Platform;
}

/**
 * Signs in a machine account by its id and key (R341).
 * @throws CloisterError `identity/function-off` while the organisation has its function switched off,
 *   `client/not-signed-in` when identity does not accept the key, `client/offline`, `seal/invalid-key`
 */
export const signInAsMachine = async (options: SignInAsMachineOptions): Promise<Session> => {
  const { deployment, machineId, platform = globalPlatform } = options;
  return MachineSession.begin({
    deployment: { ...deployment, clientId: machineId, scope: '' },
    machineId,
    key: await PrivateKey.fromJwk(machineId, options.key),
    platform,
  });
};
