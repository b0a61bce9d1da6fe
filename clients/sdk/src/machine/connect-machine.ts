import { globalPlatform, type Platform } from '../platform.ts';
import type { Session } from '../session/session.ts';
import type { Store } from '../store/store.ts';
import { ConnectedMachine } from './connected-machine.ts';
import type { MachineClient } from './machine-client.ts';
import { makeMachineParts } from './machine-parts.ts';

export interface ConnectMachineOptions {
  /** Keeps the device's registration, so that a restart goes on with it; no key is ever stored. */
  readonly store: Store;
  readonly platform?: Platform;
  readonly deviceName?: string;
}

/** Opens a machine's line to the core and, through it, to its key server. */
export const connectMachine = async (session: Session, options: ConnectMachineOptions): Promise<MachineClient> => {
  const { store, platform = globalPlatform, deviceName = 'Cloister function' } = options;
  const parts = makeMachineParts({ session, store, platform, deviceName });
  parts.socket.start();
  return new ConnectedMachine(parts);
};
