import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createHttp, type Server, type ServerOptions } from 'node:http';
import { createServer as createHttps, type Server as SecureServer } from 'node:https';
import { BlockList, isIPv6 } from 'node:net';
import { readCredential } from '@cloister/config';
import { CloisterError } from '@cloister/wire';
import { isWebsocketRequest } from './carry-upgrade.ts';
import type { DoorConfig, Limits } from './config.ts';

export type Listener = {
  readonly protocol: 'http' | 'https';
  readonly server: Server;
  readonly address: string;
  readonly port: number;
};

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * The servers that the configuration asks for, not yet listening.
 * "Any address but loopback needs TLS, or the server refuses to start" (architecture §1).
 * @throws CloisterError `config/insecure`, `config/unreadable`, `config/invalid`
 */
export function listenersOf({ listen, limits }: Pick<DoorConfig, 'listen' | 'limits'>): Listener[] {
  const { http, https } = listen;
  const listeners: Listener[] = [];
  if (http !== undefined) {
    if (!isLoopback(http.address)) {
      throw new CloisterError('config/insecure', {
        detail:
          'listen.http may only be a loopback address such as 127.0.0.1; give other addresses to listen.https, with a certificate',
      });
    }
    listeners.push({ protocol: 'http', server: limited(createHttp(optionsOf(limits)), limits), ...http });
  }
  if (https !== undefined) {
    const server = limited(secureServer(https, limits), limits);
    listeners.push({ protocol: 'https', server, address: https.address, port: https.port });
  }
  return listeners;
}

function optionsOf({ headersTimeoutMs, requestTimeoutMs, idleTimeoutMs }: Limits): ServerOptions {
  return {
    maxHeaderSize: 16 * 1024,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: Math.min(60_000, idleTimeoutMs),
    connectionsCheckingInterval: Math.min(5000, headersTimeoutMs),
    insecureHTTPParser: false,
    shouldUpgradeCallback: isWebsocketRequest,
  };
}

function secureServer({ certificate, key }: { certificate: string; key: string }, limits: Limits): SecureServer {
  const pair = { cert: readPem(certificate), key: readCredential(key) };
  if (!belongTogether(pair)) {
    throw new CloisterError('config/invalid', {
      detail: `${certificate} and ${key} are no PEM certificate with its key`,
    });
  }
  return createHttps({ ...optionsOf(limits), ...pair, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 });
}

/** OpenSSL takes a key of another kind than the certificate's without a word and then fails every handshake. */
function belongTogether({ cert, key }: { cert: Buffer; key: Buffer }): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CloisterError('config/unreadable', {
      detail: `cannot read ${file} (${(error as NodeJS.ErrnoException).code})`,
    });
  }
}

function limited<S extends Server>(server: S, { idleTimeoutMs, connections }: Limits): S {
  server.timeout = idleTimeoutMs;
  server.maxConnections = connections;
  // The size of the head bounds their number; beyond a count Node would leave headers out without a word.
  server.maxHeadersCount = 0;
  return server;
}

function isLoopback(address: string): boolean {
  return address === 'localhost' || loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
