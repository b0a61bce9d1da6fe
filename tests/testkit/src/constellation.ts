import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildWebClient,
  type Deployment,
  type DeploymentHooks,
  type EndpointPerson,
  type Endpoints,
  type EvaluationOptions,
  freePort,
  startDeployment,
} from '@cloister/evaluation';

export interface Constellation {
  readonly endpoints: Endpoints;
  readonly deployment: Deployment;
  /** Data folder; gone after `stop`. */
  readonly data: string;
  /** A person by the part of the e-mail before the @. */
  person(local: string): EndpointPerson;
  /** Stops every server as a Ctrl-C does, then starts all of them on the same folder and ports. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface ConstellationOptions {
  /** With indexers, and their function on. */
  readonly search?: boolean;
  /** Build the web client first, when its sources changed. */
  readonly web?: boolean;
  /** What Node is given for a server beside its program, by the server's name. */
  readonly nodeArguments?: (server: string) => readonly string[];
  /** Where a server runs: the command that becomes its process, by the server's name. */
  readonly startedBy?: NonNullable<DeploymentHooks['startedBy']>;
  /** Has the last word on a server's configuration, by the server's name. */
  readonly configure?: NonNullable<DeploymentHooks['configure']>;
  /** A way to AWS KMS for the organisations' key stores, such as `@cloister/aws-kms`. */
  readonly hsm?: EvaluationOptions['hsm'];
}

/** Every server of every realm, as processes of their own, in a folder and on ports of its own. */
export async function constellation({
  web = false,
  search = false,
  hsm,
  ...hooks
}: ConstellationOptions = {}): Promise<Constellation> {
  if (web) buildWebClient(() => {});
  const data = mkdtempSync(join(tmpdir(), 'cloister-all-'));
  const place = { data, port: await freePort(), address: '127.0.0.1', name: 'localhost', search };
  const options = hsm === undefined ? place : { ...place, hsm };
  let deployment = await startDeployment(options, hooks);
  return {
    get endpoints() {
      return deployment.endpoints;
    },
    get deployment() {
      return deployment;
    },
    data,
    person: (local) => {
      const found = deployment.endpoints.people.find(({ email }) => email.startsWith(`${local}@`));
      if (found === undefined) throw new Error(`nobody called ${local} in the constellation`);
      return found;
    },
    restart: async () => {
      await deployment.stop();
      deployment = await startDeployment(options, hooks);
    },
    stop: async () => {
      await deployment.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
