import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cast, searching } from './cast.ts';
import type { Layout } from './layout.ts';
import type { ServerSpec } from './supervisor.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

/** Each server's program, relative to the project. */
const programs = {
  identity: 'identity-realm/identity/src/main.ts',
  door: 'identity-realm/door/src/main.ts',
  core: 'core-realm/core/src/main.ts',
  hsm: 'security-realm/hsm/src/main.ts',
  kms: 'security-realm/kms/src/main.ts',
  app: 'security-realm/app/src/main.ts',
  transcoder: 'security-realm/transcoder/src/main.ts',
  indexer: 'security-realm/indexer/src/main.ts',
} as const;

/** What Node is given for a server beside its program, by the server's name: a debugger's port, a profiler, a module to load first. */
export type NodeArguments = (server: string) => readonly string[];

/** The command that becomes a server's process, by the server's name: where it runs, such as `nsenter --net=<file>`. */
export type StartedBy = (server: string) => readonly string[];

export type Program = keyof typeof programs;

export function entryOf(program: Program): string {
  return join(project, programs[program]);
}

export function configPath(layout: Layout, server: string): string {
  return join(layout.server(server), 'config.json');
}

export interface ServerSpecOptions {
  readonly nodeArguments?: NodeArguments | undefined;
  readonly startedBy?: StartedBy | undefined;
  /** Documents can be converted here. */
  readonly transcoders: boolean;
  /** Indexers run. */
  readonly search: boolean;
}

/** Every server of the deployment, in the order they are stopped backwards. */
export function serverSpecs(
  layout: Layout,
  { nodeArguments = () => [], startedBy = () => [], transcoders, search }: ServerSpecOptions,
): ServerSpec[] {
  const spec = (name: string, program: Program): ServerSpec => ({
    name,
    entry: entryOf(program),
    args: ['--config', configPath(layout, name)],
    nodeArguments: nodeArguments(name),
    startedBy: startedBy(name),
    logFile: layout.log(name),
    health: layout.health(name),
  });
  return [
    ...cast.map(({ label }) => spec(`${label}-hsm`, 'hsm')),
    spec('identity', 'identity'),
    spec('core', 'core'),
    ...cast.map(({ label }) => spec(`${label}-kms`, 'kms')),
    ...cast.map(({ label }) => spec(`${label}-app`, 'app')),
    spec('door', 'door'),
    // Stopped first, while there is somebody to give their work back to.
    ...(transcoders ? cast.map(({ label }) => spec(`${label}-transcoder`, 'transcoder')) : []),
    ...(search ? searching.map(({ label }) => spec(`${label}-indexer`, 'indexer')) : []),
  ];
}
