import { rmSync } from 'node:fs';
import { cast } from './cast.ts';
import type { CastFile, Provisioned } from './cast-file.ts';
import { writeJson } from './credentials.ts';
import type { Layout } from './layout.ts';
import type { Origins } from './origins.ts';

/** Where everything of a running deployment is, for scripts and tests. Holds evaluation passwords: readable by its owner only. */
export interface Endpoints {
  readonly version: 1;
  readonly catalogue: string;
  readonly oauth: string;
  readonly identity: string;
  readonly core: string;
  readonly organisations: readonly EndpointOrganisation[];
  readonly people: readonly EndpointPerson[];
  readonly client: { readonly id: string; readonly secret: string; readonly scope: string };
  /** The same deployment over https, with the evaluation authority's root. */
  readonly tls: {
    readonly catalogue: string;
    readonly oauth: string;
    readonly identity: string;
    readonly core: string;
    readonly root: string;
  };
  readonly processes: readonly { readonly name: string; readonly pid: number }[];
}

export interface EndpointOrganisation {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly app: string;
  readonly hub: string;
  readonly kmsHost: string;
  readonly kmsRootCertificate: string;
}

export interface EndpointPerson {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly organisationId: string;
  readonly password: string;
  readonly roles: readonly string[];
}

export interface EndpointParts {
  readonly layout: Layout;
  readonly origins: Origins;
  readonly castFile: CastFile;
  readonly provisioned: Provisioned;
  readonly client: Endpoints['client'];
  readonly root: string;
  readonly processes: Endpoints['processes'];
}

export function endpointsOf(parts: EndpointParts): Endpoints {
  const { http, https } = parts.origins;
  const passwords = new Map(
    parts.castFile.organisations.flatMap(({ people }) => people.map((person) => [person.email, person.password])),
  );
  const services = (api: string) => ({
    catalogue: `${api}/u2c/api/v1`,
    oauth: `${api}/idbroker`,
    identity: `${api}/identity`,
    core: api,
  });
  return {
    version: 1,
    ...services(http.api),
    organisations: parts.provisioned.organisations.map(({ id, name, domain }) => {
      const label = labelOf(domain);
      return {
        id,
        name,
        domain,
        app: http.app(label),
        hub: `${http.app(label)}/hub`,
        kmsHost: kmsHostOf(domain),
        kmsRootCertificate: parts.root,
      };
    }),
    people: parts.provisioned.people.map(({ id, email, name, organisationId, roles }) => ({
      id,
      email,
      name,
      organisationId,
      password: passwords.get(email) ?? '',
      roles,
    })),
    client: parts.client,
    tls: { ...services(https.api), root: parts.root },
    processes: parts.processes,
  };
}

export function labelOf(domain: string): string {
  return cast.find((organisation) => organisation.domain === domain)?.label ?? domain;
}

export function kmsHostOf(domain: string): string {
  return `kms.${domain}`;
}

export function writeEndpoints(layout: Layout, endpoints: Endpoints): void {
  writeJson(layout.endpoints, endpoints);
}

export function removeEndpoints(layout: Layout): void {
  rmSync(layout.endpoints, { force: true });
}
