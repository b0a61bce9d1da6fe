import { once } from 'node:events';
import { connect, createServer, type ListenOptions, type NetConnectOpts, type Server } from 'node:net';

/** Passes bytes on, both ways: where a process may not reach another by itself. Resolves once it listens. */
export const relay = async (from: ListenOptions, to: NetConnectOpts): Promise<Server> => {
  const server = createServer((near) => {
    const far = connect(to);
    const end = () => {
      near.destroy();
      far.destroy();
    };
    near.on('error', end).on('close', end).pipe(far);
    far.on('error', end).on('close', end).pipe(near);
  });
  server.listen(from);
  await once(server, 'listening');
  return server;
};
