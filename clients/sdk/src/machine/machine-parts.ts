import { reachServers } from '../client/servers.ts';
import { EventSocket } from '../device/event-socket.ts';
import type { Platform } from '../platform.ts';
import type { Session } from '../session/session.ts';
import type { Store } from '../store/store.ts';
import { LentKeys } from './lent-keys.ts';

export interface MachinePartsOptions {
  readonly session: Session;
  readonly store: Store;
  readonly platform: Platform;
  readonly deviceName: string;
  /** Keys are to be wiped, beside those that are lent. */
  readonly revoked?: () => void;
}

/** What a machine's client is made of: a person's line to core and key server, without rooms, people and outbox. */
export type MachineParts = ReturnType<typeof makeMachineParts>;

export const makeMachineParts = ({ session, store, platform, deviceName, revoked = () => {} }: MachinePartsOptions) => {
  const keys = new LentKeys();
  const takeBack = () => {
    keys.revoke();
    revoked();
  };
  const { http, addresses, device, keyServer } = reachServers({
    session,
    store,
    platform,
    deviceName,
    // Machines learn nothing from identity; their configuration, which names the host, is their own realm's.
    domains: async () => [],
    // A function that is off, said at once and not by silence.
    refused: (server, cause) => server.refused(cause),
    revoked: takeBack,
  });
  const socket = new EventSocket({
    platform,
    address: async (forget) => {
      if (forget) device.forget();
      return (await device.device()).webSocketUrl;
    },
    token: () => session.coreToken(),
    refused: (token) => session.refused(token),
    onEvent: (event) => {
      if (event.eventType === 'encryption.kms_message') void keyServer.received(event.kmsMessages);
      // A hint that anybody could have given; who needs a key asks for it again.
      if (event.eventType === 'encryption.keys_revoked') takeBack();
    },
    onOnline: () => keyServer.hurry(),
    onOffline: () => {},
    // Nothing is missed: who misses an answer asks again.
    onGap: () => {},
    onEnd: () => {},
    // A function that is off may be on again, and a machine has nobody to sign it in.
    isFinal: () => false,
  });
  return { session, store, platform, http, addresses, device, keyServer, keys, socket };
};
