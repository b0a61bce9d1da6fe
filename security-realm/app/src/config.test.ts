import { expect, it } from 'vitest';
import { appConfig } from './config.ts';

const site = {
  origin: 'https://acme.example',
  core: 'https://core.acme.example',
  files: 'https://files.acme.example',
  identity: 'https://id.acme.example',
};
const config = (changed: object) => ({
  listen: { socket: 'a.sock' },
  health: { socket: 'b.sock' },
  dist: 'dist',
  sites: [{ ...site, ...changed }],
  organisation: {
    id: '3b0a0a52-9d0e-4c4b-8b5e-0f8f5a0f3c11',
    name: 'Acme',
    domain: 'acme.example',
    kmsHost: 'kms.acme.example',
  },
  kmsRoots: ['root.pem'],
  clientId: 'cloister-web',
});

it('accepts https origins, and http ones under localhost', () => {
  expect(appConfig.safeParse(config({})).success).toBe(true);
  expect(appConfig.safeParse(config({ core: 'http://core.localhost:8443' })).success).toBe(true);
});

it.each([
  'http://core.example',
  'https://core.example/',
  'https://core.example/x',
  "https://a'b",
  'ws://localhost',
  'null',
  '*',
])('refuses %s as an origin: it would end in the content security policy', (core) => {
  expect(appConfig.safeParse(config({ core })).success).toBe(false);
});
