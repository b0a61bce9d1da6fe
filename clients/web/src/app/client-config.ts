import type { Deployment } from '@cloister/sdk';
import { parseKmsHost, parseWith } from '@cloister/wire';
import * as z from 'zod/mini';

const clientConfig = z.object({
  catalogue: z.string(),
  idbroker: z.string(),
  identity: z.string(),
  clientId: z.string(),
  organisation: z.object({ id: z.uuid(), name: z.string(), domain: z.string(), kmsHost: z.string() }),
  kmsRoots: z.array(z.string()).check(z.minLength(1)),
});

/** What `/config.json` tells (docs/wires.md §1; written by the `app` server). */
export type ClientConfig = z.infer<typeof clientConfig>;

/** Parses `/config.json`. @throws CloisterError `wire/…` */
export const parseClientConfig = (text: string): ClientConfig => parseWith(clientConfig, text);

/** The deployment as the sdk wants it. @throws CloisterError `wire/invalid-uri` */
export function deploymentOf(config: ClientConfig): Deployment {
  return {
    catalogue: config.catalogue,
    oauth: config.idbroker,
    identity: config.identity,
    clientId: config.clientId,
    scope: 'spark:all spark:kms spark:people_read openid offline_access',
    kmsHost: parseKmsHost(config.organisation.kmsHost),
    kmsRoots: config.kmsRoots,
  };
}
