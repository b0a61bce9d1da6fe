import type { ServiceName } from '@cloister/wire';

/**
 * Where each service is, for clients that came by this origin (kms.md §3.3).
 * @param identityOrigin where the same clients find identity
 */
export const serviceLinks = (origin: string, identityOrigin: string): Record<ServiceName, string> => ({
  u2c: `${origin}/u2c/api/v1`,
  wdm: `${origin}/wdm/api/v1`,
  encryption: `${origin}/encryption/api/v1`,
  conversation: `${origin}/conversation/api/v1`,
  mercuryConnection: `${origin}/mercury/v1`,
  feature: `${origin}/feature/api/v1`,
  metrics: `${origin}/metrics/api/v1`,
  files: `${origin}/files/v1`,
  hydra: `${origin}/v1`,
  idbroker: `${identityOrigin}/idbroker`,
  identity: `${identityOrigin}/identity`,
});
