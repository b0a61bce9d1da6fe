import { expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { acme, alice, kmsHost } from '../testing/samples.ts';
import { parseEndpoints } from './endpoints.ts';

const origin = 'http://localhost:8443';
const endpoints = {
  version: 1,
  catalogue: `${origin}/u2c/api/v1`,
  oauth: `${origin}/idbroker`,
  identity: `${origin}/identity`,
  core: origin,
  organisations: [
    {
      id: acme,
      name: 'Acme',
      domain: 'acme.example',
      app: 'http://acme.localhost:8443',
      hub: 'http://acme.localhost:8443/hub',
      kmsHost,
      kmsRootCertificate: '/data/acme-root.pem',
    },
  ],
  people: [
    {
      id: alice,
      email: 'alice@acme.example',
      name: 'Alice',
      organisationId: acme,
      password: 'p',
      roles: ['full-admin'],
    },
  ],
  client: { id: 'c', secret: 's', scope: 'spark:all spark:kms' },
};
const withTls = { ...endpoints, tls: { catalogue: 'https://localhost:8444/u2c/api/v1', root: '/data/root.pem' } };
const withProcesses = { ...endpoints, processes: [{ name: 'core', pid: 7 }] };

it.each([[endpoints], [withTls], [withProcesses]])('reads where everything of a deployment is', (sample) => {
  expect(parseEndpoints(JSON.stringify(sample))).toEqual(sample);
});

it('refuses a version it does not know', () => {
  expect(codeOf(() => parseEndpoints({ ...endpoints, version: 2 }))).toBe('wire/invalid-message');
});

it('gives a value or a wire error for any input', () => {
  expectTypedErrors(parseEndpoints, endpoints, withTls, withProcesses);
});
