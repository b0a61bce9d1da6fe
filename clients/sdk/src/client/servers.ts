import type { CloisterError } from '@cloister/wire';
import { DeviceKeeper } from '../device/device-keeper.ts';
import { Addresses } from '../http/addresses.ts';
import { HttpClient } from '../http/http-client.ts';
import { ChannelKeeper } from '../kms/channel-keeper.ts';
import { KeyServer } from '../kms/key-server.ts';
import { MessageRelay } from '../kms/message-relay.ts';
import { discoverKmsKey } from '../kms/trusted-key.ts';
import type { Platform } from '../platform.ts';
import type { Session } from '../session/session.ts';
import type { Store } from '../store/store.ts';

export interface ServersOptions {
  readonly session: Session;
  readonly store: Store;
  readonly platform: Platform;
  readonly deviceName: string;
  /** What the key server's certificate must name beside its host (R301). */
  readonly domains: () => Promise<readonly string[]>;
  /** The core passes nothing on for this client. */
  readonly refused?: (keyServer: KeyServer, cause: CloisterError) => void;
  /** The key server refused something because the organisation's main key is off. */
  readonly revoked?: () => void;
}

/** The way of a device, a person's or a machine's, to the core, and through it to the own key server. */
export const reachServers = (options: ServersOptions) => {
  const { session, store, platform, deviceName, domains, refused, revoked = () => {} } = options;
  const { deployment, personId } = session;
  const http: HttpClient = new HttpClient({
    platform,
    token: () => session.coreToken(),
    refused: (token) => session.refused(token),
    headers: (): Record<string, string> => (device.url === undefined ? {} : { 'cisco-device-url': device.url }),
  });
  const addresses = new Addresses(http, deployment.catalogue);
  const wdm = () => addresses.of('wdm');
  const device: DeviceKeeper = new DeviceKeeper({ http, address: wdm, store, personId, name: deviceName });
  const clientId = async () => (await device.device()).url;
  const address = () => addresses.of('encryption');
  const relay = new MessageRelay({
    http,
    platform,
    address,
    destination: `kms://${deployment.kmsHost}`,
    refused: (cause) => {
      if (cause.code === 'client/not-signed-in') keyServer.refused(cause);
      else refused?.(keyServer, cause);
    },
  });
  const send = (message: string) => relay.send(message);
  const trustedKey = () => discoverKmsKey({ http, address, personId, deployment, domains, now: platform.now });
  const channels = new ChannelKeeper({ platform, session, clientId, trustedKey, send });
  const keyServer: KeyServer = new KeyServer({ platform, session, clientId, channels, send, revoked });
  return { http, addresses, device, keyServer };
};
