import { fileURLToPath } from 'node:url';
import { cast } from './cast.ts';
import { type PublicJwk, writeJson } from './credentials.ts';
import type { RealmDatabase } from './databases.ts';
import { kmsHostOf, labelOf } from './endpoints.ts';
import type { Layout } from './layout.ts';
import type { AwsOptions, EvaluationOptions } from './options.ts';
import { appOrigins, coreOrigins, identityOrigins, type Origins } from './origins.ts';
import { configPath } from './servers.ts';

/** The `database` section of a server: see `@cloister/database`. */
const databaseOf = ({ url, passwordFile }: RealmDatabase) => ({ url, credentialFile: passwordFile });

/** What a security realm's provisioning hands over: public halves. */
export interface RealmKeys {
  readonly kmsHost: string;
  readonly organisationIds: readonly string[];
  readonly linkKey: PublicJwk;
  readonly receiptKey: PublicJwk;
}

/** A program that asks for keys as a machine account. */
interface MachineParts {
  readonly machineId: string;
  readonly keyFile: string;
  readonly domain: string;
}

/** Has the last word on what a server is told, by the server's name: where it finds the others, for a start. */
export type Configure = (server: string, config: object) => object;

const webBuild = fileURLToPath(new URL('../../../clients/web/dist', import.meta.url));
const labels = cast.map(({ label }) => label);

export class Configs {
  readonly #layout: Layout;
  readonly #origins: Origins;
  readonly #root: string;
  readonly #configure: Configure;

  constructor(layout: Layout, origins: Origins, root: string, configure: Configure = (_, config) => config) {
    this.#layout = layout;
    this.#origins = origins;
    this.#root = root;
    this.#configure = configure;
  }

  get issuer(): string {
    return `${this.#origins.http.api}/idbroker`;
  }

  hsm(label: string, organisationId: string, aws?: AwsOptions): void {
    const name = `${label}-hsm`;
    this.#write(name, {
      ...this.#sockets(name),
      keystore: { kind: 'software', path: `${this.#layout.server(name)}/keystore` },
      credentials: { pin: `${this.#layout.server(name)}/pin`, shared: this.hsmShared(label) },
      ...(aws === undefined ? {} : { aws: this.#aws(label, organisationId, aws) }),
    });
  }

  /** Each organisation's key store has that organisation's principal and no other. */
  #aws(label: string, organisationId: string, { endpoint, principals }: AwsOptions): object {
    const principal = principals[label];
    if (principal === undefined) return { endpoint, principals: {} };
    const { arn, ...accessKey } = principal;
    const credentials = `${this.#layout.server(`${label}-hsm`)}/aws-credentials`;
    writeJson(credentials, accessKey);
    return { endpoint, principals: { [organisationId]: { arn, credentials } } };
  }

  hsmShared(label: string): string {
    return `${this.#layout.server(`${label}-hsm`)}/shared`;
  }

  kms(
    label: string,
    parts: { database: RealmDatabase; organisationIds: readonly string[]; domain: string; feedKey: object },
  ): void {
    const name = `${label}-kms`;
    const folder = this.#layout.server(name);
    this.#write(name, {
      kmsHost: kmsHostOf(parts.domain),
      organisations: parts.organisationIds,
      health: { socket: this.#layout.health(name) },
      database: databaseOf(parts.database),
      hsm: { socket: this.#layout.socket(`${label}-hsm`), shared: this.hsmShared(label) },
      core: { url: `${this.#origins.https.api.replace(/^http/, 'ws')}/realm/v1/connect` },
      identity: { url: this.#origins.https.api, issuer: this.issuer, feedKey: parts.feedKey },
      root: this.#root,
      federation: { certificate: `${folder}/federation.pem`, roots: this.#root },
      status: `${folder}/status.json`,
      certificates: `${folder}/chain.pem`,
      provision: `${folder}/public.json`,
    });
  }

  app(label: string, organisation: { id: string; name: string; domain: string }): void {
    const name = `${label}-app`;
    this.#write(name, {
      ...this.#sockets(name),
      dist: webBuild,
      sites: [this.#origins.http, this.#origins.https].map((site) => ({
        origin: site.app(labelOf(organisation.domain)),
        core: site.core,
        files: site.files,
        identity: site.identity,
      })),
      organisation: { ...organisation, kmsHost: kmsHostOf(organisation.domain) },
      kmsRoots: [this.#root],
      clientId: 'cloister-web',
    });
  }

  transcoder(label: string, machine: MachineParts): void {
    const name = `${label}-transcoder`;
    this.#write(name, this.#machine(name, machine));
  }

  indexer(label: string, { database, ...machine }: MachineParts & { database: RealmDatabase }): void {
    const name = `${label}-indexer`;
    this.#write(name, { ...this.#machine(name, machine), database: databaseOf(database) });
  }

  #machine(name: string, parts: MachineParts): object {
    const { api } = this.#origins.https;
    return {
      machine: { id: parts.machineId, key: parts.keyFile },
      kmsHost: kmsHostOf(parts.domain),
      kmsRoots: this.#root,
      health: { socket: this.#layout.health(name) },
      deployment: { catalogue: `${api}/u2c/api/v1`, oauth: `${api}/idbroker`, identity: `${api}/identity` },
      root: this.#root,
      store: `${this.#layout.server(name)}/store`,
    };
  }

  identity(parts: {
    database: RealmDatabase;
    realms: readonly object[];
    client: { id: string; scope: string; secretFile: string };
  }): void {
    this.#write('identity', {
      ...this.#sockets('identity'),
      database: databaseOf(parts.database),
      issuer: this.issuer,
      origins: identityOrigins(this.#origins),
      apps: appOrigins(this.#origins, labels),
      appDomains: Object.fromEntries(
        cast.flatMap(({ label, domain }) =>
          [this.#origins.http, this.#origins.https].map((site) => [site.app(label), domain]),
        ),
      ),
      atRestKeyFile: `${this.#layout.server('identity')}/at-rest.key`,
      realms: parts.realms,
      joining: {
        identity: this.#origins.https.api,
        core: `${this.#origins.https.api.replace(/^http/, 'ws')}/realm/v1/connect`,
      },
      client: { ...parts.client, redirectUris: ['http://127.0.0.1/signed-in'] },
    });
  }

  core(parts: {
    database: RealmDatabase;
    feedKey: object;
    linkKeyFile: string;
    searchKeyFile: string;
    realms: readonly RealmKeys[];
  }): void {
    const folder = this.#layout.server('core');
    const { http, https } = this.#origins;
    this.#write('core', {
      ...this.#sockets('core'),
      database: databaseOf(parts.database),
      files: { folder: `${folder}/files` },
      search: { key: parts.searchKeyFile },
      origins: coreOrigins(this.#origins),
      appOrigins: appOrigins(this.#origins, labels),
      identityOrigins: { [http.core]: http.identity, [https.core]: https.identity },
      identity: {
        issuer: this.issuer,
        feed: { origin: https.api, key: parts.feedKey, store: `${folder}/status.json` },
        root: this.#root,
      },
      link: { key: parts.linkKeyFile },
      realms: parts.realms,
    });
  }

  door(options: EvaluationOptions, tls: { certificate: string; key: string }): void {
    const hostsOf = (names: (site: Origins['http']) => string[]) =>
      [this.#origins.http, this.#origins.https].flatMap((site) =>
        names(site).map((origin) => new URL(origin).hostname),
      );
    const api = [...hostsOf((site) => [site.api]), '127.0.0.1'];
    const unique = (hosts: string[]) => [...new Set(hosts)];
    this.#write('door', {
      listen: {
        http: { address: '127.0.0.1', port: options.port },
        https: { address: options.address, port: options.port + 1, ...tls },
      },
      health: { socket: this.#layout.health('door') },
      // The servers' own long polls would otherwise hold every stop for their full length.
      limits: { stopTimeoutMs: 1000 },
      routes: [
        {
          hosts: unique([...api, ...hostsOf((site) => [site.core, site.files])]),
          paths: ['/conversation/api/v1/users'],
          socket: this.#layout.socket('identity'),
          clientAddress: true,
        },
        {
          hosts: unique([...api, ...hostsOf((site) => [site.core, site.files])]),
          paths: [
            '/u2c',
            '/wdm',
            '/encryption',
            '/conversation',
            '/mercury',
            '/files',
            '/feature',
            '/metrics',
            '/functions',
            '/search',
            '/v1',
            '/realm',
          ],
          socket: this.#layout.socket('core'),
        },
        {
          hosts: unique([...api, ...hostsOf((site) => [site.identity])]),
          paths: ['/idbroker', '/identity'],
          socket: this.#layout.socket('identity'),
          clientAddress: true,
        },
        ...labels.map((label) => ({
          hosts: unique(hostsOf((site) => [site.app(label)])),
          paths: ['/'],
          socket: this.#layout.socket(`${label}-app`),
        })),
      ],
    });
  }

  #sockets(name: string) {
    return { listen: { socket: this.#layout.socket(name) }, health: { socket: this.#layout.health(name) } };
  }

  #write(name: string, config: object): void {
    writeJson(configPath(this.#layout, name), this.#configure(name, config));
  }
}
