import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Runs something beside a listener on this machine, and answers how often it was reached. */
export const connectionsDuring = async (work: (port: number) => Promise<void>): Promise<number> => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
  await once(server, 'close');
  return connections;
};
