import { createServer, type Socket } from 'node:net';
import { listenOnSocket } from '@cloister/unix-socket';
import { CloisterError } from '@cloister/wire';
import type { Keystore } from '../keystore/keystore.ts';
import { encodeFrame, FrameReader } from '../protocol/frame.ts';
import { Budget } from './budget.ts';
import { Conversation, type ConversationOptions } from './conversation.ts';

export type ServeOptions = {
  socket: string;
  keystore: Keystore;
  /** Credential shared with the callers, at least 32 bytes. */
  secret: Buffer;
  now: () => number;
  record: ConversationOptions['record'];
  /** Requests a second and saved up, over all connections. */
  rate?: { perSecond: number; burst: number };
};

const MAX_CONNECTIONS = 32;
const PROOF_DEADLINE_MS = 5_000;

/** Serves the keystore on a unix socket that only its owner may use, and on no network. */
export const serveHsm = async (options: ServeOptions): Promise<{ stop: () => Promise<void> }> => {
  if (options.secret.length < 32) {
    throw new CloisterError('config/invalid', { detail: 'the credential shared with the hsm needs at least 32 bytes' });
  }
  const sockets = new Set<Socket>();
  const rate = options.rate ?? { perSecond: 2_000, burst: 4_000 };
  const budget = new Budget(rate.perSecond, rate.burst, options.now);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    converse(socket, new Conversation({ ...options, budget }));
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listenOnSocket(server, options.socket);
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};

const converse = (socket: Socket, conversation: Conversation): void => {
  const reader = new FrameReader();
  const deadline = setTimeout(() => socket.destroy(), PROOF_DEADLINE_MS);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => clearTimeout(deadline));
  socket.on('data', (bytes) => {
    try {
      for (const value of reader.push(bytes)) {
        // A caller that does not read its answers is not read either.
        if (!socket.write(encodeFrame(conversation.answer(value)))) socket.pause();
      }
      if (conversation.proved) clearTimeout(deadline);
    } catch {
      socket.destroy();
    }
  });
  socket.on('drain', () => socket.resume());
  socket.write(encodeFrame(conversation.hello()));
};
