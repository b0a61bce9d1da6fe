import { EmbeddedPostgres, SetUpError } from '@cloister/postgres';
import { type Authority, openAuthority } from './authority.ts';
import { cast } from './cast.ts';
import { keptCastFile, type Provisioned } from './cast-file.ts';
import { Configs, type Configure, type RealmKeys } from './configs.ts';
import { keptLinkKey, keptSecret, randomSecret } from './credentials.ts';
import { realmDatabase, superuserPasswordFile } from './databases.ts';
import { canShowDocuments } from './document-pages.ts';
import { type Endpoints, endpointsOf, kmsHostOf, removeEndpoints, writeEndpoints } from './endpoints.ts';
import { KeptPostgres } from './kept-postgres.ts';
import { type Layout, layOut } from './layout.ts';
import { takeLock } from './lock.ts';
import { type MachineProgram, machineKeyFile } from './machine-accounts.ts';
import type { EvaluationOptions } from './options.ts';
import { originsOf } from './origins.ts';
import { machineIdOf, organisationOf, provisionIdentity } from './provision-identity.ts';
import { readRealmKeys } from './realm-keys.ts';
import { runOnce } from './run-once.ts';
import { configPath, entryOf, type NodeArguments, type StartedBy, serverSpecs } from './servers.ts';
import { Supervisor, type SupervisorHooks } from './supervisor.ts';

export interface DeploymentHooks extends SupervisorHooks {
  /** A long step begins. */
  progress?(what: string): void;
  readonly nodeArguments?: NodeArguments;
  readonly startedBy?: StartedBy;
  readonly configure?: Configure;
}

/** A running evaluation deployment: every server a process of its own. */
export interface Deployment {
  readonly endpoints: Endpoints;
  readonly layout: Layout;
  /** Kills a server (or `postgres`) and leaves it down. */
  kill(name: string, signal?: NodeJS.Signals): Promise<void>;
  /** Starts a server that was killed. */
  start(name: string): Promise<void>;
  /** Sends a signal that does not end the process. */
  signal(name: string, signal: NodeJS.Signals): void;
  pid(name: string): number | undefined;
  stop(): Promise<void>;
}

const client = { id: 'cloister-evaluation', scope: 'spark:all spark:kms spark:people_read' };

/** Makes what is missing in the data folder, starts everything, and writes `endpoints.json` when all of it answers. */
export async function startDeployment(options: EvaluationOptions, hooks: DeploymentHooks = {}): Promise<Deployment> {
  const say = hooks.progress ?? (() => {});
  const transcoders = await canShowDocuments(say);
  const layout = layOut(options.data);
  const release = takeLock(layout);
  removeEndpoints(layout);
  const postgres = openPostgres(layout, hooks);
  const { nodeArguments, startedBy, configure } = hooks;
  const { search = false } = options;
  const supervisor = new Supervisor(serverSpecs(layout, { nodeArguments, startedBy, transcoders, search }), hooks);
  const stop = async () => {
    removeEndpoints(layout);
    await supervisor.stop();
    await postgres.stop();
    release();
  };
  try {
    say('starting the database');
    await startPostgres(postgres, layout);
    const authority = await openAuthority(layout, options.name);
    const { provisioned, configs } = await prepare({ options, layout, supervisor, authority, configure, say });
    say('starting the servers');
    await supervisor.start();
    const endpoints = endpointsOf({
      layout,
      origins: originsOf(options),
      castFile: keptCastFile(layout),
      provisioned,
      client: { ...client, secret: keptSecret(clientSecretFile(layout), randomSecret) },
      root: configs.root,
      processes: [
        ...supervisor.processes,
        ...(postgres.pid === undefined ? [] : [{ name: 'postgres', pid: postgres.pid }]),
      ],
    });
    writeEndpoints(layout, endpoints);
    return {
      endpoints,
      layout,
      kill: (name, signal) =>
        name === 'postgres' ? postgres.kill(signal ?? 'SIGKILL') : supervisor.kill(name, signal),
      start: (name) => (name === 'postgres' ? postgres.start() : supervisor.start([name])),
      signal: (name, signal) => {
        if (name === 'postgres') postgres.signal(signal);
        else supervisor.signal(name, signal);
      },
      pid: (name) =>
        name === 'postgres' ? postgres.pid : supervisor.processes.find((each) => each.name === name)?.pid,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Preparation {
  readonly options: EvaluationOptions;
  readonly layout: Layout;
  readonly supervisor: Supervisor;
  readonly authority: Authority;
  readonly configure: Configure | undefined;
  readonly say: (what: string) => void;
}

/** Ids first (identity), then each realm's keys, then their certificates, then every config: repeatable, keeps what exists. */
async function prepare({ options, layout, supervisor, authority, configure, say }: Preparation) {
  const configs = new Configs(layout, originsOf(options), authority.rootFile, configure);
  await configureIdentity(layout, configs);
  const provisioned = await provisionIdentity(layout, options.search === true, () =>
    say('making organisations and people'),
  );
  const coreLinkKey = keptLinkKey(coreLinkKeyFile(layout));
  keptSecret(coreSearchKeyFile(layout), randomSecret);
  const realms = await Promise.all(
    cast.map(({ label, domain }) =>
      provisionRealm({ options, layout, configs, supervisor, authority, configure, provisioned, label, domain, say }),
    ),
  );
  const identityDatabase = await realmDatabase(layout, 'identity');
  configs.identity({
    database: identityDatabase,
    realms: [{ kmsHost: 'core', linkKey: coreLinkKey }, ...realms],
    client: identityClient(layout),
  });
  configs.core({
    database: await realmDatabase(layout, 'core'),
    feedKey: provisioned.feedKey,
    linkKeyFile: coreLinkKeyFile(layout),
    searchKeyFile: coreSearchKeyFile(layout),
    realms,
  });
  for (const { label, domain, searches } of cast) {
    const { id, name } = organisationOf(provisioned, domain);
    configs.app(label, { id, name, domain });
    const machine = (program: MachineProgram) => ({
      machineId: machineIdOf(provisioned, id, program),
      keyFile: machineKeyFile(layout, label, program),
      domain,
    });
    configs.transcoder(label, machine('transcoder'));
    if (options.search !== true || searches !== true) continue;
    const database = await realmDatabase(layout, `${label}-indexer`);
    configs.indexer(label, { ...machine('indexer'), database });
  }
  configs.door(options, options.tls ?? (await authority.doorCertificate()));
  return { provisioned, configs: { root: authority.rootFile } };
}

/** Identity's credentials and first config; the second, with every realm, follows when the realms have keys. */
async function configureIdentity(layout: Layout, configs: Configs): Promise<void> {
  keptSecret(`${layout.server('identity')}/at-rest.key`, randomSecret);
  keptSecret(clientSecretFile(layout), randomSecret);
  configs.identity({ database: await realmDatabase(layout, 'identity'), realms: [], client: identityClient(layout) });
}

interface RealmPreparation extends Preparation {
  readonly configs: Configs;
  readonly provisioned: Provisioned;
  readonly label: string;
  readonly domain: string;
}

async function provisionRealm(parts: RealmPreparation): Promise<RealmKeys> {
  const { options, layout, configs, supervisor, authority, provisioned, label, domain, say } = parts;
  const { id } = organisationOf(provisioned, domain);
  keptSecret(`${layout.server(`${label}-hsm`)}/pin`, randomSecret);
  keptSecret(configs.hsmShared(label), randomSecret);
  configs.hsm(label, id, options.hsm?.aws);
  const database = await realmDatabase(layout, `${label}-kms`);
  configs.kms(label, {
    database,
    organisationIds: [id],
    domain,
    feedKey: provisioned.feedKey,
  });
  const folder = layout.server(`${label}-kms`);
  const known = readRealmKeys(folder);
  if (known === undefined) {
    say(`making the keys of ${domain}`);
    await supervisor.start([`${label}-hsm`]);
    await runOnce(`provisioning the key server of ${domain}`, entryOf('kms'), [
      'provision',
      '--config',
      configPath(layout, `${label}-kms`),
    ]);
  }
  const keys = known ?? readRealmKeys(folder);
  if (keys === undefined)
    throw new SetUpError(`provisioning wrote no ${folder}/public.json`, `read ${layout.log(`${label}-hsm`)}`);
  await authority.kmsCertificate({
    kmsHost: kmsHostOf(domain),
    domain,
    staticKey: keys.staticKey,
    file: `${folder}/chain.pem`,
  });
  await authority.tlsCertificate({
    kmsHost: kmsHostOf(domain),
    tlsKey: keys.tlsKey,
    file: `${folder}/federation.pem`,
  });
  return keys.realm;
}

function openPostgres(layout: Layout, hooks: DeploymentHooks): KeptPostgres {
  const server = new EmbeddedPostgres({
    cluster: layout.cluster,
    socketFolder: layout.run,
    logFile: layout.log('postgres'),
    passwordFile: superuserPasswordFile(layout),
  });
  return new KeptPostgres(server, hooks);
}

async function startPostgres(postgres: KeptPostgres, layout: Layout): Promise<void> {
  keptSecret(superuserPasswordFile(layout), randomSecret);
  await postgres.start();
}

function identityClient(layout: Layout) {
  return { ...client, secretFile: clientSecretFile(layout) };
}

function clientSecretFile(layout: Layout): string {
  return `${layout.server('identity')}/client.secret`;
}

function coreLinkKeyFile(layout: Layout): string {
  return `${layout.server('core')}/link.key`;
}

function coreSearchKeyFile(layout: Layout): string {
  return `${layout.server('core')}/search.key`;
}
