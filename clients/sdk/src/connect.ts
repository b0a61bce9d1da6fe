import { type KeyLimits, keyLimits } from '@cloister/wire';
import type { Client } from './api/client.ts';
import { CloisterClient } from './client/cloister-client.ts';
import { globalPlatform, type Platform } from './platform.ts';
import type { Session } from './session/session.ts';
import type { Store } from './store/store.ts';

export interface ConnectOptions {
  readonly store: Store;
  readonly platform?: Platform;
  /** Shown in the person's device list, such as `Cloister in Firefox`; the core stores it, so it names no person. */
  readonly deviceName?: string;
  /** Shorter lives of this device's own content keys than the usual week and 2^20 messages. */
  readonly contentKeys?: Partial<KeyLimits>;
}

/**
 * Opens a client for a signed-in person: reads what the store remembers, registers this device and goes online. It
 * resolves as soon as the store is read; `snapshot().connection` tells the rest.
 */
export const connect = async (session: Session, options: ConnectOptions): Promise<Client> => {
  const { store, platform = globalPlatform, deviceName = 'Cloister', contentKeys } = options;
  const limits = { ...keyLimits, ...contentKeys };
  const client = new CloisterClient({ session, store, platform, deviceName, contentKeys: limits });
  await client.start();
  return client;
};
