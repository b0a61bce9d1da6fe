import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KMSClient } from '@aws-sdk/client-kms';
import { beforeEach, expect, it, vi } from 'vitest';
import { KmsClients } from './kms-clients.ts';
import { Principals } from './principals.ts';
import { loadSdk, type Sdk } from './sdk.ts';

const acme = '7f9c24e8-3b12-4a6c-9d3e-5a1f0c2b4d6e';
const globex = '1b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9';
const folder = mkdtempSync(join(tmpdir(), 'cl-clients-'));
const write = (name: string, accessKeyId: string): string => {
  const content = { accessKeyId, secretAccessKey: 'x'.repeat(40) };
  writeFileSync(join(folder, name), JSON.stringify(content), { mode: 0o600 });
  return join(folder, name);
};

let sdk: Sdk;
let clients: KmsClients;

beforeEach(async () => {
  sdk = await loadSdk();
  const arn = 'arn:aws:iam::999988887777:user/cloister';
  const principals = new Principals({
    [acme]: { arn, credentials: write('acme', 'AKIAACMEACMEACMEACME') },
    [globex]: { arn, credentials: write('globex', 'AKIAGLOBEXGLOBEX0000') },
  });
  const limits = { attempts: 1, connectMs: 1_000, answerMs: 1_000 };
  clients = new KmsClients({ sdk, principals, endpoint: undefined, limits });
});

/** Where a client would send a request, without sending it. */
const destination = async (client: KMSClient): Promise<string> => {
  let seen = '';
  client.middlewareStack.add(
    () => async (args) => {
      const { protocol, hostname } = args.request as { protocol: string; hostname: string };
      seen = `${protocol}//${hostname}`;
      throw new Error('not sent');
    },
    { step: 'finalizeRequest' },
  );
  await expect(client.send(new sdk.DescribeKeyCommand({ KeyId: 'x' }))).rejects.toThrow('not sent');
  return seen;
};

it("asks Amazon's own endpoint of the key's region over TLS, whatever the environment says", async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
  vi.stubEnv('AWS_ENDPOINT_URL_KMS', 'http://127.0.0.1:1');
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  try {
    expect(await destination(clients.client(acme, 'us-east-2'))).toBe('https://kms.us-east-2.amazonaws.com');
    expect(await destination(clients.client(acme, 'cn-north-1'))).toBe('https://kms.cn-north-1.amazonaws.com.cn');
  } finally {
    vi.unstubAllEnvs();
  }
});

it('has one client for an organisation and region, with its own credential (R068), and reads that anew when told', async () => {
  const first = clients.client(acme, 'us-east-2');
  const accessKeyId = async (client: KMSClient) => (await client.config.credentials()).accessKeyId;
  expect(clients.client(acme, 'us-east-2')).toBe(first);
  expect(await accessKeyId(first)).toBe('AKIAACMEACMEACMEACME');
  expect(await accessKeyId(clients.client(globex, 'us-east-2'))).toBe('AKIAGLOBEXGLOBEX0000');
  write('acme', 'AKIANEWNEWNEWNEWNEW0');
  clients.forget(acme);
  expect(await accessKeyId(clients.client(acme, 'us-east-2'))).toBe('AKIANEWNEWNEWNEWNEW0');
  expect(await accessKeyId(clients.client(globex, 'us-east-2'))).toBe('AKIAGLOBEXGLOBEX0000');
});

it('keeps no more clients than regions that are in use, however many an organisation names', () => {
  const [first, second] = [clients.client(acme, 'aa-one-1'), clients.client(acme, 'aa-two-1')];
  for (const region of ['aa-one-2', 'aa-one-3', 'aa-one-1', 'aa-one-4']) clients.client(acme, region);
  expect(clients.client(acme, 'aa-one-1')).toBe(first);
  expect(clients.client(acme, 'aa-two-1')).not.toBe(second);
});

it('has none for an organisation without a principal, or without its file', () => {
  expect(() => clients.client('another', 'us-east-2')).toThrow(expect.objectContaining({ code: 'hsm/no-aws' }));
  writeFileSync(join(folder, 'acme'), 'broken');
  expect(() => clients.client(acme, 'us-east-2')).toThrow(expect.objectContaining({ code: 'hsm/credential-fault' }));
});
