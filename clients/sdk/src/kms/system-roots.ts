import { getCACertificates } from 'node:tls';

let known: readonly string[] | undefined;

/**
 * The roots that this machine trusts (DER, base64): the system's store, where an organisation puts its own, and what
 * NODE_EXTRA_CA_CERTS names (R304). Read once. Browsers do not say what is in theirs: `system-roots-absent.ts`.
 */
export const systemRoots = (): readonly string[] => {
  known ??= [...new Set([...getCACertificates('system'), ...getCACertificates('extra')].map(derOf))];
  return known;
};

const derOf = (pem: string): string => pem.replace(/-----[A-Z ]+-----|\s/g, '');
