import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type NetConnectOpts } from 'node:net';

/** A way from one address of the host to another: bytes as they are, which for TLS is all there is to see. */
export interface Pipe {
  readonly port: number;
  close(): void;
}

/** Where `to` is, it is asked at each connection. */
export const openPipe = async (host: string, to: NetConnectOpts): Promise<Pipe> => {
  const server = createServer((near) => {
    const far = connect(to);
    const end = () => {
      near.destroy();
      far.destroy();
    };
    near.on('error', end).on('close', end).pipe(far);
    far.on('error', end).on('close', end).pipe(near);
  });
  server.listen({ host, port: 0 });
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
};
