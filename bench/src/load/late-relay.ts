import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a port of this machine on which everything arrives so many milliseconds late, each way, in order and whole. */
export interface LateRelay {
  readonly port: number;
  /** Where it leads. */
  to: number;
  close(): void;
}

export async function openLateRelay(lateMs: number): Promise<LateRelay> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: relay.to, noDelay: true });
    near.setNoDelay(true);
    carry(near, far);
    carry(far, near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
  });
  /** A timer fires when it is due or later, so what came together may leave together, but never in another order. */
  const carry = (from: Socket, onto: Socket) => {
    from.on('data', (chunk) => setTimeout(() => onto.destroyed || onto.write(chunk), lateMs));
    from.on('error', () => from.destroy());
    from.once('close', () => setTimeout(() => onto.destroy(), lateMs));
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const relay: LateRelay = {
    port: (server.address() as AddressInfo).port,
    to: 0,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return relay;
}
