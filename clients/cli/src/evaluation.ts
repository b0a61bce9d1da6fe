import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Deployment } from '@cloister/sdk';
import { type Endpoints, parseEndpoints } from '@cloister/wire';
import { Failure } from './failure.ts';
import type { Io } from './io.ts';

export type EndpointPerson = Endpoints['people'][number];
export type EndpointOrganisation = Endpoints['organisations'][number];

/** A running deployment as its data folder tells (wires §7). */
export interface Evaluation {
  readonly data: string;
  readonly endpoints: Endpoints;
}

const project = fileURLToPath(new URL('../../..', import.meta.url));

/** `--data`, else CLOISTER_DATA, else `.data` in the project: where `npm start` keeps it. */
export const dataFolder = (io: Io, given: string | undefined): string => {
  const folder = given ?? io.env.CLOISTER_DATA;
  if (folder === undefined) return join(project, '.data');
  return isAbsolute(folder) ? folder : resolve(io.folder, folder);
};

export const readEvaluation = async (io: Io, given: string | undefined): Promise<Evaluation> => {
  const data = dataFolder(io, given);
  const file = join(data, 'endpoints.json');
  const content = await readFile(file).catch((cause: unknown) => {
    throw new Failure('client/not-found', `no running deployment in ${data}`, {
      hint: 'start one with npm start, or name its folder with --data',
      cause,
    });
  });
  return { data, endpoints: parseEndpoints(content) };
};

export const personOf = ({ endpoints }: Evaluation, email: string): EndpointPerson => {
  const wanted = email.toLowerCase();
  const found = endpoints.people.find((person) => person.email.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const known = endpoints.people.map((person) => person.email).join(', ');
  throw new Failure('client/not-found', `nobody here has the address ${email}`, { hint: `people: ${known}` });
};

export const organisationOf = ({ endpoints }: Evaluation, id: string): EndpointOrganisation => {
  const found = endpoints.organisations.find((organisation) => organisation.id === id);
  if (found === undefined) throw new Failure('client/not-found', 'the organisation is not part of this deployment');
  return found;
};

/** How the command line reaches the deployment on behalf of a person: identity's public client with PKCE. */
export const deploymentFor = async (evaluation: Evaluation, person: EndpointPerson): Promise<Deployment> => {
  const { catalogue, oauth, identity } = evaluation.endpoints;
  const { kmsHost, kmsRootCertificate } = organisationOf(evaluation, person.organisationId);
  return {
    catalogue,
    oauth,
    identity,
    clientId: 'cloister-cli',
    scope: 'openid spark:all spark:kms spark:people_read',
    kmsHost,
    kmsRoots: await readRoots(kmsRootCertificate),
  };
};

/** Certificates of a PEM file as the SDK takes them: DER in base64. */
const readRoots = async (file: string): Promise<string[]> => {
  const pem = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Failure('client/not-found', `cannot read the key server's root certificate ${file}`, { cause });
  });
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block).raw.toString('base64'));
};
