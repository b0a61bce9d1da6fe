import type { Duplex } from 'node:stream';
import { createServer, type TLSSocket } from 'node:tls';
import { CloisterError } from '@cloister/wire';
import { asPeerFault } from './peer-fault.ts';
import type { TlsIdentity } from './tls-identity.ts';
import { tlsRules } from './tls-rules.ts';

/**
 * The server's side of TLS over a stream; nothing ever listens. The server lives for this one connection, so that it uses
 * the newest certificate, and so that no session of another connection can be resumed. A client without a certificate, or
 * with one that leads to no accepted root, is turned away here; what else must hold is for `judgePeer`.
 * @throws CloisterError `kms/peer-…`; the stream is destroyed then
 */
export const acceptTls = (stream: Duplex, identity: TlsIdentity, handshakeMs: number): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const server = createServer({
      ...tlsRules,
      key: identity.keyPem,
      cert: identity.certificatePem,
      ca: identity.rootsPem,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const fail = (error: unknown) => {
      clearTimeout(late);
      stream.destroy();
      reject(asPeerFault(error));
    };
    const late = setTimeout(fail, handshakeMs, new CloisterError('kms/peer-unreachable', { detail: 'no handshake' }));
    const ended = () => fail(new CloisterError('kms/peer-unreachable', { detail: 'it ended in the handshake' }));
    server.once('secureConnection', (socket) => {
      clearTimeout(late);
      stream.off('close', ended);
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
    server.on('tlsClientError', (error, socket) => {
      socket.destroy();
      fail(error);
    });
    stream.on('error', () => stream.destroy());
    stream.once('close', ended);
    server.emit('connection', stream);
  });
