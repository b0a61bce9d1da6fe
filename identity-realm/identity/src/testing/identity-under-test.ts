import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '@cloister/database';
import { openLog } from '@cloister/logging';
import { database } from '@cloister/testkit';
import { signRealmToken } from '@cloister/verify';
import type { KmsHost } from '@cloister/wire';
import type { IdentityConfig } from '../config.ts';
import { openIdentity } from '../open-identity.ts';
import { readAtRestKey } from '../provision/at-rest-key.ts';
import { provision } from '../provision/provision.ts';
import type { Provisioned } from '../provision/provision-input.ts';
import { forgetExpired } from '../store/forget-expired.ts';
import { migrations } from '../store/migrations.ts';
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
  readonly database: Database;
  /** Every line the server logged. */
  readonly logged: string[];
  /** The server's clock, for the tests to turn. */
  readonly clock: { ms: number };
  client(): HttpClient;
  atRestKey(): KeyObject;
  /** Forgets what has expired, as the server does from time to time. */
  tidy(): Promise<void>;
  realmToken(now?: number): string;
  person(email: string): Provisioned['people'][number];
  /** How many requests for the status feed the server holds at the moment. */
  waiting(): number;
  /** Stops the server, as SIGTERM does; `close` does it otherwise. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** A real server on a real database and a real socket. */
export const identityUnderTest = async (): Promise<IdentityUnderTest> => {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-id-'));
  const empty = await database();
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
    realms: [{ kmsHost: 'kms.acme.localhost', linkKey: { kty: 'OKP', crv: 'Ed25519', x } }],
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
  const provisioned = await provision({ database: own, atRest, passwordCost: cheap, now }, cast);
  const identity = await openIdentity(config, { log, now, passwordCost: cheap });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= identity.close());
  return {
    config,
    provisioned,
    database: own,
    logged,
    clock,
    atRestKey: () => readAtRestKey(atRestKeyFile),
    tidy: () => forgetExpired(own, now()),
    client: () => new HttpClient(config.listen.socket, origin),
    realmToken: (at = clock.ms) => realmToken(link.privateKey, at),
    person: (email) => {
      const found = provisioned.people.find((person) => person.email === email);
      if (found === undefined) throw new Error(`nobody in the cast has ${email}`);
      return found;
    },
    waiting: () => identity.waitingReaders,
    stop,
    close: async () => {
      await stop();
      await own.close();
      await empty.drop();
      rmSync(folder, { recursive: true });
    },
  };
};

const realmToken = (key: KeyObject, now: number): string =>
  signRealmToken({ key, issuer: 'kms.acme.localhost' as KmsHost, audience: 'identity', now });

const credential = (folder: string, name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
};
