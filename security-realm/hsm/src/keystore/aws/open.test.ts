import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloisterError } from '@cloister/wire';
import { describe, expect, it } from 'vitest';
import { AwsKeys } from './aws-keys.ts';

const organisationId = '7f9c24e8-3b12-4a6c-9d3e-5a1f0c2b4d6e';
const arn = 'arn:aws:iam::999988887777:user/cloister-acme';
const accessKey = JSON.stringify({
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMIexampleSECRETkey',
});
const file = join(mkdtempSync(join(tmpdir(), 'cl-open-')), 'acme.json');

const open = async (given: {
  arn?: string;
  content?: string;
  mode?: number;
  endpoint?: string;
}): Promise<CloisterError | null> => {
  writeFileSync(file, given.content ?? accessKey);
  chmodSync(file, given.mode ?? 0o600);
  const principals = { [organisationId]: { arn: given.arn ?? arn, credentials: file } };
  const config = given.endpoint === undefined ? { principals } : { principals, endpoint: given.endpoint };
  try {
    (await AwsKeys.open({ config, now: () => 0, wait: () => Promise.resolve() })).close();
    return null;
  } catch (error) {
    if (error instanceof CloisterError) return error;
    throw error;
  }
};

describe('the way to Amazon opens', () => {
  it('with a principal and a file that only its owner may read', async () => {
    expect(await open({})).toBeNull();
    expect(await open({ mode: 0o640 })).toMatchObject({ code: 'config/insecure' });
    expect(await open({ arn: 'arn:aws-us-gov:iam::999988887777:user/path/cloister' })).toBeNull();
  });

  it.each([
    '{}',
    'secret',
    '{"accessKeyId":"AKIAIOSFODNN7EXAMPLE"}',
    accessKey.replace('}', ',"more":"secret"}'),
    '""',
  ])('not with a credential file that says %j, and does not quote it', async (content) => {
    const refusal = await open({ content });
    expect(refusal?.code).toBe('config/invalid');
    expect(`${refusal?.stack}${refusal?.cause}`).not.toMatch(/secret"|AKIAIOS/);
  });

  it.each([
    'cloister-acme',
    'arn:aws:iam::1:user/x',
    'arn:aws:iam::999988887777:role/x',
    'arn:aws:iam::999988887777:user/x; rm -rf /',
    `${arn}\n`,
  ])('not with a principal %j, which people paste into a shell', async (wrong) => {
    expect(await open({ arn: wrong })).toMatchObject({ code: 'config/invalid' });
  });

  it('to an endpoint with TLS, or on the loopback', async () => {
    for (const endpoint of [
      'https://vpce-1.kms.us-east-2.vpce.amazonaws.com',
      'http://127.0.0.1:4566',
      'http://localhost:1',
      'http://[::1]:1',
    ])
      expect([endpoint, await open({ endpoint })]).toEqual([endpoint, null]);
    for (const endpoint of ['http://kms.example', 'http://127.0.0.1.example', 'http://10.0.0.1', 'ftp://127.0.0.1'])
      expect(await open({ endpoint })).toMatchObject({ code: 'config/invalid' });
  });
});
