import type { KeyChannel } from '@cloister/kms-channel';
import type { Constellation } from '@cloister/testkit';
import { discover, handshake, Relay } from './channel.ts';
import { type LoadDevice, openDevice } from './device.ts';
import { SocketHttp } from './http.ts';
import { type Tokens, tokensOf } from './person.ts';

/** A person of any organisation with a device, and a channel to the own key server. */
export interface Party {
  readonly http: SocketHttp;
  readonly tokens: Tokens;
  readonly device: LoadDevice;
  readonly relay: Relay;
  readonly channel: KeyChannel;
  close(): void;
}

export async function openParty(all: Constellation, local: string): Promise<Party> {
  const origin = all.endpoints.core;
  const socketPath = all.deployment.layout.socket('core');
  const http = new SocketHttp(socketPath, origin);
  const tokens = await tokensOf(all, local);
  const device = await openDevice({ http, socketPath, origin, tokens });
  const trusted = await discover(all, http, tokens, all.person(local).organisationId);
  const relay = new Relay(http, device, tokens, trusted.staticKey.host);
  const shake = await handshake(trusted, device, tokens);
  const channel = await shake.finish((await relay.send([shake.message]))[0] ?? '');
  const close = () => {
    device.close();
    http.close();
  };
  return { http, tokens, device, relay, channel, close };
}
