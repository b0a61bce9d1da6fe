import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { User } from '../accounts.ts';
import { type AwsKms, startAwsKms } from '../start-aws-kms.ts';
import { awsShell, hasAwsCli } from './aws-cli.ts';

// The documents' command, word for word; what stands in braces is for the reader to fill in.
const documented = `aws kms create-grant \\
              --name {UNIQUE_NAME_FOR_GRANT} \\
              --key-id {UUID_Of_AWS_KMS Key} \\
              --operations Encrypt Decrypt DescribeKey \\
              --grantee-principal {KMS_CISCO_USER_ARN} \\
              --retiring-principal {KMS_CISCO_USER_ARN}`;

describe.skipIf(!hasAwsCli)("Debian's awscli", { timeout: 300_000 }, () => {
  let kms: AwsKms;
  let customer: User;
  let ours: User;
  let key: { KeyId: string; Arn: string };
  const as = (user: User, command: string) => awsShell(kms, user, command);
  const encrypt = () =>
    as(ours, `aws kms encrypt --key-id ${key.Arn} --plaintext c2VjcmV0 --query CiphertextBlob --output text`);
  const createGrant = () =>
    documented
      .replace('{UNIQUE_NAME_FOR_GRANT}', 'Cisco-KMS-acme-encrypt-decrypt')
      .replace('{UUID_Of_AWS_KMS Key}', key.KeyId)
      .replaceAll('{KMS_CISCO_USER_ARN}', ours.arn);

  beforeAll(async () => {
    kms = await startAwsKms();
    customer = kms.createUser('111122223333', 'key-admin');
    ours = kms.createUser('999988887777', 'kms-cisco-user');
    key = JSON.parse(await as(customer, 'aws kms create-key --description main')).KeyMetadata;
  });
  afterAll(() => kms.stop());

  it("makes the grant with the documents' command, and nothing works without it (R067)", async () => {
    await expect(encrypt()).rejects.toThrow('AccessDeniedException');
    const { GrantId, GrantToken } = JSON.parse(await as(customer, createGrant()));
    expect([GrantId, GrantToken]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.any(String)]);
    const ciphertext = (await encrypt()).trim();
    const decrypt = `aws kms decrypt --key-id ${key.Arn} --ciphertext-blob ${ciphertext} --query Plaintext --output text`;
    expect((await as(ours, decrypt)).trim()).toBe('c2VjcmV0');
    const grants = await as(
      customer,
      `aws kms list-grants --key-id ${key.KeyId} --query 'Grants[].Operations[]' --output text`,
    );
    expect(grants.trim().split('\t')).toEqual(['Encrypt', 'Decrypt', 'DescribeKey']);
    await expect(as(ours, `aws kms list-grants --key-id ${key.Arn}`)).rejects.toThrow('AccessDeniedException');
  });

  it('revokes the grant, and makes it anew', async () => {
    const grants = JSON.parse(await as(customer, `aws kms list-grants --key-id ${key.KeyId}`)).Grants;
    await as(customer, `aws kms revoke-grant --key-id ${key.KeyId} --grant-id ${grants[0].GrantId}`);
    await expect(encrypt()).rejects.toThrow('AccessDeniedException');
    await as(customer, createGrant());
    await expect(encrypt()).resolves.toBeTruthy();
  });

  it('disables, enables, deletes and saves the key', async () => {
    await as(customer, `aws kms disable-key --key-id ${key.KeyId}`);
    await expect(encrypt()).rejects.toThrow('DisabledException');
    await as(customer, `aws kms enable-key --key-id ${key.KeyId}`);
    await expect(encrypt()).resolves.toBeTruthy();
    await as(customer, `aws kms schedule-key-deletion --key-id ${key.KeyId} --pending-window-in-days 7`);
    await expect(encrypt()).rejects.toThrow('KMSInvalidStateException');
    const state = await as(ours, `aws kms describe-key --key-id ${key.Arn} --query KeyMetadata.KeyState --output text`);
    expect(state.trim()).toBe('PendingDeletion');
    await as(customer, `aws kms cancel-key-deletion --key-id ${key.KeyId} && aws kms enable-key --key-id ${key.KeyId}`);
    await expect(encrypt()).resolves.toBeTruthy();
  });

  it('is refused with a secret that is not the user’s, and with a key that nobody has', async () => {
    const wrong = { ...customer, secretAccessKey: ours.secretAccessKey };
    await expect(as(wrong, 'aws kms list-keys')).rejects.toThrow('InvalidSignatureException');
    const nobody = { ...customer, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' };
    await expect(as(nobody, 'aws kms list-keys')).rejects.toThrow('UnrecognizedClientException');
  });
});
