import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AwsKms, type AwsKmsOptions, startAwsKms, type User } from '@cloister/aws-kms';
import { AwsKeys, type AwsLimits } from '../keystore/aws/aws-keys.ts';
import type { KekPlace } from '../protocol/kek-place.ts';
import type { AmazonKey } from '../protocol/main-key.ts';

/** An organisation of ours, with its own principal in our account at Amazon. */
export type Tenant = { readonly organisationId: string; readonly user: User; readonly credentials: string };

export type Amazon = {
  readonly kms: AwsKms;
  readonly keys: AwsKeys;
  /** Who owns the keys, in an account of its own. */
  readonly customer: User;
  readonly acme: Tenant;
  readonly globex: Tenant;
  readonly config: { endpoint: string; principals: Record<string, { arn: string; credentials: string }> };
  /** A key of the customer's; `input` as CreateKey takes it. */
  readonly makeKey: (input?: object) => string;
  /** The documents' grant, or one of fewer operations; its id. */
  readonly grant: (arn: string, tenant: Tenant, operations?: readonly string[]) => string;
  readonly reopen: (limits: Partial<AwsLimits>, endpoint?: string) => Promise<AwsKeys>;
  readonly stop: () => Promise<void>;
};

export const DOCUMENTED_OPERATIONS = ['Encrypt', 'Decrypt', 'DescribeKey'];

/** A cloud with a customer and two organisations of ours, and the hsm's way to it. One attempt a call: no waiting. */
export const openAmazon = async (options: AwsKmsOptions = {}): Promise<Amazon> => {
  // Its clock stands still unless a test moves it.
  const kms = await startAwsKms({ now: () => Date.parse('2026-01-01T00:00:00Z'), ...options });
  const customer = kms.createUser('111122223333', 'key-admin');
  const folder = mkdtempSync(join(tmpdir(), 'cl-amazon-'));
  const tenant = (name: string): Tenant => {
    const user = kms.createUser('999988887777', `cloister-${name}`);
    const credentials = join(folder, `${name}.json`);
    writeAccessKey(credentials, user);
    return { organisationId: randomUUID(), user, credentials };
  };
  const [acme, globex] = [tenant('acme'), tenant('globex')];
  const principals = Object.fromEntries(
    [acme, globex].map(({ organisationId, user, credentials }) => [organisationId, { arn: user.arn, credentials }]),
  );
  const config = { endpoint: kms.endpoint, principals };
  const opened: AwsKeys[] = [];
  const reopen = async (limits: Partial<AwsLimits>, endpoint = kms.endpoint) => {
    const wait = () => Promise.resolve();
    const keys = await AwsKeys.open({ config: { ...config, endpoint }, now: () => performance.now(), wait, limits });
    opened.push(keys);
    return keys;
  };
  return {
    kms,
    keys: await reopen({ attempts: 1 }),
    customer,
    acme,
    globex,
    config,
    makeKey: (input = {}) => (kms.perform(customer, 'CreateKey', input).KeyMetadata as { Arn: string }).Arn,
    grant: (KeyId, { user: { arn } }, Operations = DOCUMENTED_OPERATIONS) => {
      const input = { KeyId, Operations, GranteePrincipal: arn, RetiringPrincipal: arn };
      return kms.perform(customer, 'CreateGrant', input).GrantId as string;
    },
    reopen,
    stop: async () => {
      for (const keys of opened) keys.close();
      await kms.stop();
    },
  };
};

/** What the operator puts into the organisation's credential file. */
export const writeAccessKey = (path: string, { accessKeyId, secretAccessKey }: User): void =>
  writeFileSync(path, JSON.stringify({ accessKeyId, secretAccessKey }), { mode: 0o600 });

export const keyOf = ({ organisationId }: Tenant, arn: string): AmazonKey => ({
  keyId: randomUUID(),
  organisationId,
  arn,
});

export const placeOf = ({ organisationId }: Tenant): KekPlace => ({
  organisationId,
  kekId: randomUUID(),
  version: 1,
  level: 'content',
  label: 'kek',
});
