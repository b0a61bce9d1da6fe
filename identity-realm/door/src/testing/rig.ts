import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, createServer as createNet, type Server as NetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '@cloister/logging';
import { listenOnSocket } from '@cloister/unix-socket';
import * as z from 'zod/mini';
import { doorConfig } from '../config.ts';
import { type Door, openDoor } from '../open-door.ts';

/** A door on free ports before upstreams on unix sockets in a folder of its own, all real. */
export class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'cl-door-'));
  readonly lines: string[] = [];
  port = 0;
  securePort = 0;
  #door: Door | null = null;
  readonly #servers: (Server | NetServer)[] = [];
  readonly #sockets = new Set<Socket>();

  socket(name: string): string {
    return join(this.folder, name);
  }

  /** An HTTP upstream; ends with the rig. */
  async upstream(name: string, answer: RequestListener): Promise<Server> {
    const server = createServer({ keepAliveTimeout: 65_000 }, answer);
    await listenOnSocket(server, this.socket(name));
    this.#servers.push(server);
    return server;
  }

  /** An upstream that sees bare bytes. */
  async rawUpstream(name: string, onSocket: (socket: Socket) => void): Promise<void> {
    const server = createNet((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      onSocket(socket);
    });
    await listenOnSocket(server, this.socket(name));
    this.#servers.push(server);
  }

  async open(change: Record<string, unknown> = {}, limits: Record<string, number> = {}): Promise<Door> {
    const config = z.parse(doorConfig, {
      listen: { http: { address: '127.0.0.1', port: 0 } },
      health: { socket: this.socket('health') },
      routes: [
        {
          hosts: ['localhost', 'core.localhost'],
          paths: ['/conversation/api/v1/users'],
          socket: this.socket('identity'),
          clientAddress: true,
        },
        { hosts: ['localhost', 'core.localhost'], paths: ['/conversation', '/mercury'], socket: this.socket('core') },
        { hosts: ['acme.localhost'], paths: ['/'], socket: this.socket('app') },
      ],
      limits,
      ...change,
    });
    this.#door = await openDoor(config, {
      log: openLog({ name: 'door', destination: { write: (line) => this.lines.push(line) } }),
    });
    this.port = this.#door.ports.http ?? 0;
    this.securePort = this.#door.ports.https ?? 0;
    return this.#door;
  }

  /** Writes bytes to the door and returns all that comes back until it closes. */
  raw(bytes: string | Buffer): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1');
      const parts: Buffer[] = [];
      socket.on('data', (part) => parts.push(part));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(Buffer.concat(parts).toString('latin1')));
      socket.write(bytes);
    });
  }

  async close(): Promise<void> {
    await this.#door?.close();
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers) {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
