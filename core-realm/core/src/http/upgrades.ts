import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { maxClientFrameBytes, maxRealmFrameBytes } from '@cloister/wire';
import { WebSocketServer } from 'ws';
import type { EventSockets } from '../events/event-sockets.ts';
import type { ProvenRealm } from '../joined-realms.ts';
import type { RealmSockets } from '../realm-link/realm-sockets.ts';
import { eventOpening } from './event-opening.ts';

export interface UpgradeOptions {
  readonly origins: readonly string[];
  readonly appOrigins: readonly string[];
  readonly events: EventSockets;
  readonly realms: RealmSockets;
  /** The realm a bearer token proves. @throws CloisterError */
  readonly realmOf: (token: string) => ProvenRealm;
}

/** Websockets: a client's events, or a realm's link. Compression stays off: it costs memory, and ciphertext has nothing to give. */
export const acceptUpgrades = (server: Server, options: UpgradeOptions): void => {
  const common = { noServer: true, clientTracking: false, perMessageDeflate: false } as const;
  const events = new WebSocketServer({ ...common, maxPayload: maxClientFrameBytes });
  const realms = new WebSocketServer({ ...common, maxPayload: maxRealmFrameBytes });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const address = URL.parse(request.url ?? '/', 'http://core');
    if (address === null) return refuse(socket, '400 Bad Request');
    const { pathname, searchParams } = address;
    if (pathname === '/realm/v1/connect') {
      const realm = realmOf(request, options);
      if (realm === undefined) return refuse(socket, '401 Unauthorized');
      return realms.handleUpgrade(request, socket, head, (ws) => options.realms.open(ws, socket, realm));
    }
    const opening = eventOpening(request, pathname, searchParams, options);
    if (opening === undefined) return refuse(socket, '404 Not Found');
    events.handleUpgrade(request, socket, head, (ws) => options.events.open(ws, socket, opening));
  });
};

const realmOf = (request: IncomingMessage, options: UpgradeOptions): ProvenRealm | undefined => {
  const [, token] = /^Bearer ([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) return undefined;
  try {
    return options.realmOf(token);
  } catch {
    return undefined;
  }
};

const refuse = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
};
