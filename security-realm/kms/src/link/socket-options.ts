import { lookupLoopback } from '@cloister/verify';
import { CloisterError } from '@cloister/wire';
import type { ClientOptions } from 'ws';

const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '127.0.0.1' || hostname === '[::1]';

/**
 * How to connect to the core: over TLS, or in the clear on loopback names alone (architecture §1).
 * @throws CloisterError `config/insecure`
 */
export const socketOptions = (url: string, root: Buffer | undefined): ClientOptions => {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'wss:' && !isLoopback(hostname)) {
    throw new CloisterError('config/insecure', { detail: 'core.url must start with wss:// except on loopback' });
  }
  return {
    ...(hostname.endsWith('localhost') ? { lookup: lookupLoopback } : {}),
    ...(root === undefined ? {} : { ca: root }),
    minVersion: 'TLSv1.2',
  };
};
