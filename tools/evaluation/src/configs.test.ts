import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Configs } from './configs.ts';
import { layOut } from './layout.ts';
import { originsOf } from './origins.ts';
import { configPath } from './servers.ts';

const data = mkdtempSync(join(tmpdir(), 'cloister-configs-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

const layout = layOut(data);
const configs = new Configs(layout, originsOf({ port: 9443, name: 'localhost' }), 'root.pem');
const written = (label: string) => JSON.parse(readFileSync(configPath(layout, `${label}-hsm`), 'utf8'));
const [acme, globex] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];

it('gives each organisation’s key store its own principal at Amazon and no other, and its access key in a file', () => {
  const arn = 'arn:aws:iam::999988887777:user/cloister-acme';
  const accessKey = { accessKeyId: 'AKIAEXAMPLE000000001', secretAccessKey: 'a secret of forty characters, about' };
  const aws = { endpoint: 'http://127.0.0.1:1', principals: { acme: { arn, ...accessKey } } };
  configs.hsm('acme', acme, aws);
  configs.hsm('globex', globex, aws);
  const credentials = join(layout.server('acme-hsm'), 'aws-credentials');
  expect(written('acme').aws).toEqual({ endpoint: aws.endpoint, principals: { [acme]: { arn, credentials } } });
  expect(written('globex').aws).toEqual({ endpoint: aws.endpoint, principals: {} });
  expect(JSON.parse(readFileSync(credentials, 'utf8'))).toEqual(accessKey);
  expect(statSync(credentials).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(written('acme'))).not.toContain(accessKey.secretAccessKey);
});

it('gives a key store no way to Amazon unless told', () => {
  configs.hsm('operator', acme);
  expect(written('operator')).not.toHaveProperty('aws');
  expect(written('operator').keystore).toMatchObject({ kind: 'software' });
});
