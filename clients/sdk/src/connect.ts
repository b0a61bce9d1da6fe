import type { Client } from './api/client.ts';
import type { Platform } from './platform.ts';
import type { Session } from './session/session.ts';
import type { Store } from './store/store.ts';

export interface ConnectOptions {
  readonly store: Store;
  readonly platform?: Platform;
  /** Shown in the person's device list, such as `Cloister in Firefox`. */
  readonly deviceName?: string;
}

/**
 * Opens a client for a signed-in person: reads what the store remembers, registers this device and goes online. It
 * resolves as soon as the store is read; `snapshot().connection` tells the rest.
 */
export type Connect = (session: Session, options: ConnectOptions) => Promise<Client>;
