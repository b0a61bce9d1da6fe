import type { AppConfig, Site } from '../config.ts';

/** What the web client reads at `/config.json`: where its servers are, and which key server it may trust. */
export interface ClientConfig {
  catalogue: string;
  idbroker: string;
  identity: string;
  clientId: string;
  organisation: AppConfig['organisation'];
  /** Accepted roots of the key server's certificate, base64 DER. */
  kmsRoots: string[];
}

/** The client's configuration for a page served from `site`. */
export function clientConfig(site: Site, config: AppConfig, kmsRoots: string[]): ClientConfig {
  return {
    catalogue: `${site.core}/u2c/api/v1`,
    idbroker: `${site.identity}/idbroker`,
    identity: `${site.identity}/identity`,
    clientId: config.clientId,
    organisation: config.organisation,
    kmsRoots,
  };
}
