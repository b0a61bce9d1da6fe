// Makes and runs a whole evaluation deployment on one machine: two organisations with a security realm each, and the operator's.
// It hands keys from one server's provisioning to another's config, public halves only; see docs/wires.md §1.

export { buildWebClient } from './build-web.ts';
export { keptSecret, randomSecret, writeJson, writePrivate } from './credentials.ts';
export { type Deployment, type DeploymentHooks, startDeployment } from './deployment.ts';
export type { EndpointOrganisation, EndpointPerson, Endpoints } from './endpoints.ts';
export { freePort } from './free-port.ts';
export { KeptPostgres } from './kept-postgres.ts';
export type { Layout } from './layout.ts';
export { isSupervisor } from './lock.ts';
export { type EvaluationOptions, readOptions } from './options.ts';
export { type ServerSpec, Supervisor, type SupervisorHooks } from './supervisor.ts';
