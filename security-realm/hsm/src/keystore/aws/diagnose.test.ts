import { randomUUID } from 'node:crypto';
import type { Fault } from '@cloister/aws-kms';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDiagnosis } from '../../protocol/answers.ts';
import type { AmazonKey } from '../../protocol/main-key.ts';
import { type Amazon, DOCUMENTED_OPERATIONS, keyOf, openAmazon } from '../../testing/amazon.ts';

let amazon: Amazon;
let key: AmazonKey;

beforeEach(async () => {
  amazon = await openAmazon();
  key = keyOf(amazon.acme, amazon.makeKey());
});
afterEach(() => amazon.stop());

/** What is said of the key, held against what may go over the socket. */
const diagnosis = async (of = key) => parseDiagnosis(await amazon.keys.diagnose(of));
const enabled = { keyState: 'Enabled', keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' };
const unseen = { keyState: null, keySpec: null, keyUsage: null };

describe('a diagnosis tells ARN, key state and what the grant lacks (R079)', () => {
  it('of a key that is all right', async () => {
    amazon.grant(key.arn, amazon.acme);
    const principalArn = amazon.acme.user.arn;
    expect(await diagnosis()).toEqual({ arn: key.arn, principalArn, ...enabled, missing: [], fault: null });
  });

  it('of a key without a grant: each permission that is missing, by name (R069)', async () => {
    const denied = { fault: 'hsm/key-denied', reason: 'denied' };
    expect(await diagnosis()).toMatchObject({ ...unseen, missing: DOCUMENTED_OPERATIONS, ...denied });
    for (const missing of DOCUMENTED_OPERATIONS) {
      const short = keyOf(amazon.acme, amazon.makeKey());
      const granted = DOCUMENTED_OPERATIONS.filter((each) => each !== missing);
      amazon.grant(short.arn, amazon.acme, granted);
      const seen = missing === 'DescribeKey' ? unseen : enabled;
      expect(await diagnosis(short)).toMatchObject({ ...seen, missing: [missing], ...denied });
      const only = keyOf(amazon.acme, amazon.makeKey());
      amazon.grant(only.arn, amazon.acme, [missing]);
      expect(await diagnosis(only)).toMatchObject({ missing: granted, ...denied });
    }
  });

  it.each([
    ['DisableKey', 'Disabled', 'disabled'],
    ['ScheduleKeyDeletion', 'PendingDeletion', 'pending-deletion'],
  ] as const)(
    'of a key after %s: its state, and no permission that is blamed for it',
    async (act, keyState, reason) => {
      amazon.grant(key.arn, amazon.acme);
      amazon.kms.perform(amazon.customer, act, { KeyId: key.arn });
      expect(await diagnosis()).toMatchObject({ keyState, missing: [], fault: 'hsm/key-denied', reason });
    },
  );

  it('of a key of the wrong kind (R065)', async () => {
    const rsa = keyOf(amazon.acme, amazon.makeKey({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }));
    amazon.grant(rsa.arn, amazon.acme);
    const seen = { keyState: 'Enabled', keySpec: 'RSA_2048', keyUsage: 'ENCRYPT_DECRYPT' };
    expect(await diagnosis(rsa)).toMatchObject({ ...seen, missing: [], fault: 'hsm/key-denied', reason: 'wrong-kind' });
  });

  it.each<[Fault, string]>([
    ['UnrecognizedClientException', 'hsm/credential-fault'],
    ['ThrottlingException', 'hsm/key-unavailable'],
    ['bad-gateway', 'hsm/key-unavailable'],
  ])('of a key behind %s: %s, and nothing said against the key', async (fault, code) => {
    amazon.grant(key.arn, amazon.acme);
    amazon.kms.faults.inject({ fault });
    const told = await diagnosis();
    expect(told).toMatchObject({ ...unseen, missing: [], fault: code });
    expect(told.reason).toBeUndefined();
  });

  it('of what is no key, and for an organisation without a principal', async () => {
    const alias = 'arn:aws:kms:us-east-2:111122223333:alias/mine';
    expect(await diagnosis({ ...key, arn: alias })).toMatchObject({ arn: alias, fault: 'hsm/not-an-arn', missing: [] });
    const stranger = { ...key, organisationId: randomUUID() };
    expect(await diagnosis(stranger)).toMatchObject({ principalArn: null, fault: 'hsm/no-aws', missing: [] });
    expect(amazon.kms.log.filter(({ principal }) => principal !== amazon.customer.arn)).toEqual([]);
  });
});
