import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { CloisterError, type KmsHost } from '@cloister/wire';
import { asPeerFault } from './peer-fault.ts';
import type { TlsIdentity } from './tls-identity.ts';
import { tlsRules } from './tls-rules.ts';

/**
 * The client's side of TLS over a stream. A server whose certificate leads to no accepted root or is for another name is
 * left here; what else must hold is for `judgePeer`.
 * @throws CloisterError `kms/peer-…`; the stream is destroyed then
 */
export const connectTls = (
  stream: Duplex,
  kmsHost: KmsHost,
  identity: TlsIdentity,
  handshakeMs: number,
): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      ...tlsRules,
      socket: stream,
      servername: kmsHost,
      key: identity.keyPem,
      cert: identity.certificatePem,
      ca: identity.rootsPem,
      rejectUnauthorized: true,
    });
    const fail = (error: unknown) => {
      clearTimeout(late);
      socket.destroy();
      stream.destroy();
      reject(asPeerFault(error));
    };
    const late = setTimeout(fail, handshakeMs, new CloisterError('kms/peer-unreachable', { detail: 'no handshake' }));
    const ended = () => fail(new CloisterError('kms/peer-unreachable', { detail: 'it ended in the handshake' }));
    socket.once('secureConnect', () => {
      clearTimeout(late);
      socket.off('error', fail);
      socket.off('close', ended);
      socket.on('error', () => socket.destroy());
      resolve(socket);
    });
    socket.on('error', fail);
    socket.once('close', ended);
    stream.on('error', fail);
  });
