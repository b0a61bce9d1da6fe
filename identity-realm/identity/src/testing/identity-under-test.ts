import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase, sql } from '@cloister/database';
import { openLog } from '@cloister/logging';
import { database } from '@cloister/testkit';
import { signRealmToken } from '@cloister/verify';
import type { KmsHost } from '@cloister/wire';
import type { IdentityConfig } from '../config.ts';
import { openIdentity } from '../open-identity.ts';
import { readAtRestKey } from '../provision/at-rest-key.ts';
import { provision } from '../provision/provision.ts';
import type { Provisioned, ProvisionInput } from '../provision/provision-input.ts';
import { forgetExpired } from '../store/forget-expired.ts';
import { migrations } from '../store/migrations.ts';
import { DnsServer } from './dns-server.ts';
import { HttpClient } from './http-client.ts';

/** scrypt with 1 MiB: the tests prove the logic, the real cost is checked once. */
export const cheap = { logN: 10, r: 8, p: 1 };

export const origin = 'http://localhost:8443';
export const app = 'http://acme.localhost:8443';
export const password = 'correct horse battery';

export const cast = {
  organisations: [
    {
      name: 'Acme',
      domain: 'acme.example',
      people: [
        { name: 'Alice Müller', email: 'alice@acme.example', password, roles: ['full-admin' as const] },
        { name: '佐藤 ハナコ', email: 'hanako@acme.example', password },
        { name: 'Bob Stone', email: 'bob@acme.example', password },
      ],
    },
    {
      name: 'Globex',
      domain: 'globex.example',
      people: [{ name: 'Gina Grey', email: 'gina@globex.example', password }],
    },
  ],
};

export interface IdentityUnderTest {
  readonly config: IdentityConfig;
  readonly provisioned: Provisioned;
  /** Provisions again, with more or the same. */
  provision(input: ProvisionInput): Promise<Provisioned>;
  readonly database: Database;
  /** Every line the server logged. */
  readonly logged: string[];
  /** The server's clock, for the tests to turn. */
  readonly clock: { ms: number };
  /** The only DNS server that the server asks. */
  readonly dns: DnsServer;
  client(): HttpClient;
  atRestKey(): KeyObject;
  /** Forgets what has expired, as the server does from time to time. */
  tidy(): Promise<void>;
  /** The link key of every realm. */
  readonly linkKey: KeyObject;
  /** A token of the realm that serves Acme, or of another. */
  realmToken(realm?: string): string;
  person(email: string): Provisioned['people'][number];
  /** Makes a person of the cast a full administrator, or takes that from them, past the API. */
  makeAdministrator(email: string, really?: boolean): Promise<void>;
  /** How many requests for the status feed the server holds at the moment. */
  waiting(): number;
  /** Stops the server, as SIGTERM does; `close` does it otherwise. */
  stop(): Promise<void>;
  /** Another server on the same database and socket. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A real server on a real database and a real socket. */
export const identityUnderTest = async (): Promise<IdentityUnderTest> => {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-id-'));
  const empty = await database();
  const dns = await DnsServer.open();
  const atRestKeyFile = credential(folder, 'at-rest.key', randomBytes(32).toString('base64url'));
  const link = generateKeyPairSync('ed25519');
  const { x = '' } = link.publicKey.export({ format: 'jwk' });
  const config: IdentityConfig = {
    listen: { socket: join(folder, 'id.sock') },
    health: { socket: join(folder, 'health.sock') },
    database: { host: empty.host, database: empty.database, user: empty.user, credentialFile: empty.credentialFile },
    issuer: `${origin}/idbroker`,
    origins: [origin, 'https://localhost:8444'],
    apps: [app, 'https://acme.localhost:8444'],
    appDomains: { [app]: 'acme.example' },
    atRestKeyFile,
    realms: [],
    joining: { identity: 'https://localhost:8444', core: 'wss://localhost:8444/realm/v1/connect' },
    domains: { resolvers: [dns.address], timeoutMs: 20_000 },
    client: {
      id: 'cloister-evaluation',
      secretFile: credential(folder, 'client.secret', 'a secret for tests'),
      scope: 'spark:all spark:kms spark:people_read',
      redirectUris: ['http://127.0.0.1/signed-in'],
      machine: { id: 'c0ffee00-0000-4000-8000-000000000001', organisationId: 'c0ffee00-0000-4000-8000-000000000002' },
    },
  };
  const logged: string[] = [];
  const clock = { ms: Date.now() };
  const now = () => new Date(clock.ms);
  const log = openLog({ name: 'identity', destination: { write: (line) => logged.push(line) } });
  const own = openDatabase({ ...config.database, name: 'test' });
  await own.migrate(migrations);
  const atRest = readAtRestKey(atRestKeyFile);
  const provisionAs = (input: ProvisionInput) => provision({ database: own, atRest, passwordCost: cheap, now }, input);
  const provisioned = await provisionAs(cast);
  const linkKey = { kty: 'OKP' as const, crv: 'Ed25519' as const, x };
  const acme = provisioned.organisations[0]?.id ?? '';
  config.realms.push({ kmsHost: 'kms.acme.example', linkKey, organisationIds: [acme] }, { kmsHost: 'core', linkKey });
  const start = () => openIdentity(config, { log, now, passwordCost: cheap });
  let identity = await start();
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= identity.close());
  return {
    config,
    provisioned,
    provision: provisionAs,
    database: own,
    logged,
    clock,
    dns,
    atRestKey: () => readAtRestKey(atRestKeyFile),
    tidy: () => forgetExpired(own, now()),
    client: () => new HttpClient(config.listen.socket, origin),
    linkKey: link.privateKey,
    realmToken: (realm = 'kms.acme.example') => realmToken(link.privateKey, clock.ms, realm),
    person: (email) => {
      const found = provisioned.people.find((person) => person.email === email);
      if (found === undefined) throw new Error(`nobody in the cast has ${email}`);
      return found;
    },
    makeAdministrator: async (email, really = true) => {
      const roles = really ? ['member', 'full-admin'] : ['member'];
      await own.execute(sql`UPDATE people SET roles = ${roles}::text[] WHERE email = ${email}`);
    },
    waiting: () => identity.waitingReaders,
    stop,
    restart: async () => {
      await identity.close();
      identity = await start();
    },
    close: async () => {
      await stop();
      await own.close();
      await empty.drop();
      await dns.close();
      rmSync(folder, { recursive: true });
    },
  };
};

const realmToken = (key: KeyObject, now: number, realm: string): string =>
  signRealmToken({ key, issuer: realm as KmsHost, audience: 'identity', now });

const credential = (folder: string, name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
};
