import type { KeyChannel } from '@cloister/kms-channel';
import type { Constellation } from '@cloister/testkit';
import { discover, handshake, Relay, sealRequest } from './channel.ts';
import { openDevice } from './device.ts';
import { SocketHttp } from './http.ts';
import { tokensOf } from './person.ts';

export type KmsAnswer = Awaited<ReturnType<KeyChannel['open']>>;

/** A person with a channel to their key server, who asks one thing after the other. */
export interface Asker {
  readonly userId: string;
  readonly organisationId: string;
  ask(body: object): Promise<KmsAnswer>;
  close(): void;
}

export async function openAsker(all: Constellation, name: string): Promise<Asker> {
  const origin = all.endpoints.core;
  const socketPath = all.deployment.layout.socket('core');
  const http = new SocketHttp(socketPath, origin);
  const tokens = await tokensOf(all, name);
  const device = await openDevice({ http, socketPath, origin, tokens });
  const relay = new Relay(http, device, tokens, all.endpoints.organisations[0]?.kmsHost ?? '');
  const shake = await handshake(await discover(all, http, tokens), device, tokens);
  const send = async (message: string) => (await relay.send([message]))[0] ?? '';
  const channel = await shake.finish(await send(shake.message));
  return {
    userId: tokens.userId,
    organisationId: all.person(name).organisationId,
    ask: async (body) => channel.open(await send(await sealRequest(channel, device, tokens, body))),
    close: () => {
      device.close();
      http.close();
    },
  };
}

/** What is asked again and again: a key that is bound to a resource of the person's. */
export async function openKey({ ask, userId }: Asker): Promise<{ readonly retrieve: () => Promise<KmsAnswer> }> {
  const { keys = [] } = await ask({ method: 'create', uri: '/keys', count: 1 });
  const uri = keys[0]?.uri;
  const bound = await ask({ method: 'create', uri: '/resources', userIds: [userId], keyUris: [uri] });
  if (uri === undefined || bound.status >= 400) throw new Error(`no key was bound: ${bound.status}`);
  return { retrieve: () => ask({ method: 'retrieve', uri }) };
}
