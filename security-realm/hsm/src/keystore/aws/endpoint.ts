import { CloisterError } from '@cloister/wire';

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** "Any address but loopback needs TLS" (architecture §1): plaintext KEKs go there. */
export const requireSafeEndpoint = (endpoint: string | undefined): void => {
  if (endpoint === undefined) return;
  const { protocol, hostname } = new URL(endpoint);
  if (protocol === 'https:' || (protocol === 'http:' && loopback.includes(hostname))) return;
  throw new CloisterError('config/invalid', { detail: '"aws.endpoint" must be https, or http on the loopback' });
};
