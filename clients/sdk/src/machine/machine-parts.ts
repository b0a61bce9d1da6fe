import { DeviceKeeper } from '../device/device-keeper.ts';
import { EventSocket } from '../device/event-socket.ts';
import { Addresses } from '../http/addresses.ts';
import { HttpClient } from '../http/http-client.ts';
import { ChannelKeeper } from '../kms/channel-keeper.ts';
import { KeyServer } from '../kms/key-server.ts';
import { MessageRelay } from '../kms/message-relay.ts';
import { discoverKmsKey } from '../kms/trusted-key.ts';
import type { Platform } from '../platform.ts';
import type { Session } from '../session/session.ts';
import type { Store } from '../store/store.ts';

export interface MachinePartsOptions {
  readonly session: Session;
  readonly store: Store;
  readonly platform: Platform;
  readonly deviceName: string;
}

/** What a machine's client is made of: a person's line to core and key server, without rooms, people and outbox. */
export type MachineParts = ReturnType<typeof makeMachineParts>;

export const makeMachineParts = ({ session, store, platform, deviceName }: MachinePartsOptions) => {
  const { deployment, personId } = session;
  const refused = (token: string) => session.refused(token);
  const http: HttpClient = new HttpClient({
    platform,
    token: () => session.coreToken(),
    refused,
    headers: (): Record<string, string> => (device.url === undefined ? {} : { 'cisco-device-url': device.url }),
  });
  const addresses = new Addresses(http, deployment.catalogue);
  const encryption = () => addresses.of('encryption');
  const wdm = () => addresses.of('wdm');
  const device: DeviceKeeper = new DeviceKeeper({ http, address: wdm, store, personId, name: deviceName });
  const clientId = async () => (await device.device()).url;
  const relay = new MessageRelay({
    http,
    platform,
    address: encryption,
    destination: `kms://${deployment.kmsHost}`,
    // A function that is off, said at once and not by silence.
    refused: (cause) => keyServer.refused(cause),
  });
  const send = (message: string) => relay.send(message);
  const trustedKey = () => discoverKmsKey({ http, address: encryption, personId, deployment, now: platform.now });
  const channels = new ChannelKeeper({ platform, session, clientId, trustedKey, send });
  const keyServer: KeyServer = new KeyServer({ platform, session, clientId, channels, send });
  const socket = new EventSocket({
    platform,
    address: async (forget) => {
      if (forget) device.forget();
      return (await device.device()).webSocketUrl;
    },
    token: () => session.coreToken(),
    refused,
    onEvent: (event) => {
      if (event.eventType === 'encryption.kms_message') void keyServer.received(event.kmsMessages);
    },
    onOnline: () => keyServer.hurry(),
    onOffline: () => {},
    // Nothing is missed: who misses an answer asks again.
    onGap: () => {},
    onEnd: () => {},
    // A function that is off may be on again, and a machine has nobody to sign it in.
    isFinal: () => false,
  });
  return { session, store, platform, http, addresses, device, keyServer, socket };
};
