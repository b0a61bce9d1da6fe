import { createServer, type Socket } from 'node:net';
import { listenOnSocket } from '@cloister/unix-socket';
import { CloisterError } from '@cloister/wire';
import { FrameReader } from '../protocol/frame.ts';
import { FrameWriter } from '../protocol/frame-writer.ts';
import { Budget } from './budget.ts';
import { Conversation, type ConversationOptions } from './conversation.ts';
import type { Keys } from './keys.ts';

export type ServeOptions = {
  readonly socket: string;
  /** Whether those of the process's group may connect, too. */
  readonly group?: boolean | undefined;
  readonly keys: Keys;
  /** Credential shared with the callers, at least 32 bytes. */
  readonly secret: Buffer;
  readonly now: () => number;
  readonly record: ConversationOptions['record'];
  /** Over all connections; {@link RATES} unless told. */
  readonly rates?: Rates;
};

type Rate = { readonly perSecond: number; readonly burst: number };
export type Rates = { readonly requests: Rate; readonly imports: Rate };

/** More than a rotation asks of the fastest token; a trickle of uploads, each of which costs an RSA decryption. */
const RATES: Rates = { requests: { perSecond: 50_000, burst: 100_000 }, imports: { perSecond: 10, burst: 50 } };

const MAX_CONNECTIONS = 32;
/** Requests of one connection that are at work at once; a caller that sends more is not read meanwhile. */
const MAX_AT_WORK = 1024;
const PROOF_DEADLINE_MS = 5_000;

/** Serves the keys on a unix socket that only its owner may use, unless told, and on no network. */
export const serveHsm = async (options: ServeOptions): Promise<{ stop: () => Promise<void> }> => {
  if (options.secret.length < 32) {
    throw new CloisterError('config/invalid', { detail: 'the credential shared with the hsm needs at least 32 bytes' });
  }
  const sockets = new Set<Socket>();
  const { requests, imports } = options.rates ?? RATES;
  const budgetOf = ({ perSecond, burst }: Rate) => new Budget(perSecond, burst, options.now);
  const budgets = { requests: budgetOf(requests), imports: budgetOf(imports) };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    converse(socket, new Conversation({ ...options, budgets }));
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listenOnSocket(server, options.socket, options.group ? 0o660 : 0o600);
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
  const writer = new FrameWriter(socket);
  const deadline = setTimeout(() => socket.destroy(), PROOF_DEADLINE_MS);
  let atWork = 0;
  // A caller that does not read its answers is not read either.
  const flow = () => (atWork >= MAX_AT_WORK || socket.writableNeedDrain ? socket.pause() : socket.resume());
  const answer = async (request: unknown) => {
    atWork += 1;
    try {
      writer.write(await conversation.answer(request));
    } catch {
      socket.destroy();
    } finally {
      atWork -= 1;
      flow();
    }
  };
  socket.on('error', () => socket.destroy());
  socket.on('close', () => clearTimeout(deadline));
  socket.on('drain', flow);
  socket.on('data', (bytes) => {
    try {
      for (const value of reader.push(bytes)) {
        if (conversation.proved) void answer(value);
        else writer.write(conversation.admit(value));
      }
      if (conversation.proved) clearTimeout(deadline);
      flow();
    } catch {
      socket.destroy();
    }
  });
  writer.write(conversation.hello());
};
