import { once } from 'node:events';
import { renameSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import type { Conversation } from './http-stream.ts';

export interface SocketTap {
  /** Every connection since the tap was set, as far as it went. */
  conversations(): Conversation[];
  close(): Promise<void>;
}

/**
 * Stands between a server's unix socket and whoever connects to it from now on, and keeps both directions. Behind the
 * door all TLS is gone, so this is everything the server is told and says there.
 */
export const tapSocket = async (path: string): Promise<SocketTap> => {
  const real = `${path}.real`;
  renameSync(path, real);
  const kept: { sent: Buffer[]; answered: Buffer[] }[] = [];
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (asker) => {
    const conversation = { sent: [] as Buffer[], answered: [] as Buffer[] };
    kept.push(conversation);
    const answerer = connect({ path: real, allowHalfOpen: true });
    for (const [from, to, into] of [
      [asker, answerer, conversation.sent],
      [answerer, asker, conversation.answered],
    ] as const) {
      open.add(from);
      from.on('data', (bytes) => into.push(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    conversations: () =>
      kept.map(({ sent, answered }) => ({ sent: Buffer.concat(sent), answered: Buffer.concat(answered) })),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
      renameSync(real, path);
    },
  };
};
