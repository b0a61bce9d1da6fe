import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

/** What came back until the other side ended the connection. */
export const untilEnd = (stream: Duplex): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    stream.on('error', () => stream.destroy());
    stream.once('close', () => resolve(text));
  });

/** What came back until it matches, however the connection goes on. */
export const until = (stream: Duplex, pattern: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (pattern.test(text)) resolve(text);
    });
    stream.on('error', () => stream.destroy());
    stream.once('close', () => reject(new Error(`ended after ${text}`)));
  });

/** A TLS client that says whatever a test wants; checks nothing of the server unless told. */
export const rawTls = (stream: Duplex, options: ConnectionOptions): TLSSocket => {
  const socket = connect({ ALPNProtocols: ['http/1.1'], rejectUnauthorized: false, ...options, socket: stream });
  socket.on('error', () => socket.destroy());
  return socket;
};
