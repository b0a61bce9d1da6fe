import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { User } from '../accounts.ts';
import type { Fault } from '../faults.ts';
import { type AwsKms, startAwsKms } from '../start-aws-kms.ts';
import { callByBotocore, hasBotocore } from './botocore.ts';

describe.skipIf(!hasBotocore)("botocore's model of the service", () => {
  let kms: AwsKms;
  let customer: User;
  let ours: User;
  const make = (input: object) => (kms.perform(customer, 'CreateKey', input).KeyMetadata as { Arn: string }).Arn;

  beforeAll(async () => {
    kms = await startAwsKms();
    customer = kms.createUser('111122223333', 'key-admin');
    ours = kms.createUser('999988887777', 'kms-cisco-user');
  });
  afterAll(() => kms.stop());

  it('describes every reply', async () => {
    const [KeyId, other] = [make({ Description: 'main' }), make({})];
    const Plaintext = Buffer.alloc(32, 1).toString('base64');
    const EncryptionContext = { orgId: 'a', kekId: 'k' };
    const { CiphertextBlob } = kms.perform(customer, 'Encrypt', { KeyId, Plaintext, EncryptionContext });
    const grant = { KeyId, GranteePrincipal: ours.arn, Operations: ['Encrypt', 'Decrypt', 'DescribeKey'] };
    const Constraints = { EncryptionContextSubset: { orgId: 'a' } };
    const [toRevoke, toRetire] = ['a', 'b'].map((Name) =>
      kms.perform(customer, 'CreateGrant', { ...grant, Name, RetiringPrincipal: ours.arn }),
    );
    const answers = await callByBotocore(kms, customer, [
      { operation: 'CreateKey', input: {} },
      { operation: 'CreateKey', input: { Origin: 'EXTERNAL', MultiRegion: true } },
      { operation: 'CreateKey', input: { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' } },
      { operation: 'CreateKey', input: { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' } },
      { operation: 'CreateKey', input: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } },
      { operation: 'CreateKey', input: { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' } },
      { operation: 'DescribeKey', input: { KeyId } },
      { operation: 'ListKeys', input: { Limit: 1 } },
      { operation: 'CreateGrant', input: { ...grant, Name: 'n', RetiringPrincipal: ours.arn, Constraints } },
      { operation: 'ListGrants', input: { KeyId, GranteePrincipal: ours.arn, Limit: 2 } },
      { operation: 'RevokeGrant', input: { KeyId, GrantId: toRevoke?.GrantId } },
      { operation: 'RetireGrant', input: { GrantToken: toRetire?.GrantToken } },
      { operation: 'Encrypt', input: { KeyId, Plaintext, EncryptionContext } },
      { operation: 'Decrypt', input: { KeyId, CiphertextBlob, EncryptionContext } },
      { operation: 'DisableKey', input: { KeyId: other } },
      { operation: 'EnableKey', input: { KeyId: other } },
      { operation: 'ScheduleKeyDeletion', input: { KeyId: other, PendingWindowInDays: 7 } },
      { operation: 'DescribeKey', input: { KeyId: other } },
      { operation: 'CancelKeyDeletion', input: { KeyId: other } },
    ]);
    expect(answers.flatMap(({ error, problems }) => [...problems, ...(error === null ? [] : [error])])).toEqual([]);
    expect(answers[13]?.reply?.Plaintext).toBe(Plaintext);
  });

  it('declares every error for the operation that answers it', async () => {
    const [KeyId, disabled, doomed, signing] = [
      make({}),
      make({}),
      make({}),
      make({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }),
    ];
    kms.perform(customer, 'DisableKey', { KeyId: disabled });
    kms.perform(customer, 'ScheduleKeyDeletion', { KeyId: doomed });
    const foreign = kms.perform(ours, 'CreateKey', {}).KeyMetadata as { Arn: string };
    const { CiphertextBlob } = kms.perform(customer, 'Encrypt', { KeyId, Plaintext: 'AAAA' });
    const Plaintext = 'AAAA';
    const grant = { Operations: ['Encrypt'], GranteePrincipal: ours.arn };
    const wrong = [
      ['Encrypt', { KeyId: disabled, Plaintext }, 'DisabledException'],
      ['Encrypt', { KeyId: doomed, Plaintext }, 'KMSInvalidStateException'],
      ['Encrypt', { KeyId: signing, Plaintext }, 'InvalidKeyUsageException'],
      ['Encrypt', { KeyId: foreign.Arn, Plaintext }, 'AccessDeniedException'],
      ['Encrypt', { KeyId: 'alias/none', Plaintext }, 'NotFoundException'],
      ['Decrypt', { KeyId: disabled, CiphertextBlob }, 'DisabledException'],
      ['Decrypt', { KeyId: doomed, CiphertextBlob }, 'KMSInvalidStateException'],
      ['Decrypt', { KeyId, CiphertextBlob: Plaintext }, 'InvalidCiphertextException'],
      ['Decrypt', { KeyId, CiphertextBlob, EncryptionContext: { a: 'b' } }, 'InvalidCiphertextException'],
      ['Decrypt', { KeyId: make({}), CiphertextBlob }, 'IncorrectKeyException'],
      [
        'CreateGrant',
        { KeyId, ...grant, GranteePrincipal: 'arn:aws:iam::999988887777:user/none' },
        'InvalidArnException',
      ],
      ['CreateGrant', { KeyId: disabled, ...grant }, 'DisabledException'],
      ['CreateGrant', { KeyId, ...grant, Operations: ['Verify'] }, 'ValidationException'],
      ['RevokeGrant', { KeyId, GrantId: 'none' }, 'NotFoundException'],
      ['RetireGrant', { GrantToken: 'none' }, 'InvalidGrantTokenException'],
      ['DescribeKey', { KeyId: 'none' }, 'NotFoundException'],
      ['DisableKey', { KeyId: doomed }, 'KMSInvalidStateException'],
      ['EnableKey', { KeyId: doomed }, 'KMSInvalidStateException'],
      ['ScheduleKeyDeletion', { KeyId: doomed }, 'KMSInvalidStateException'],
      ['CancelKeyDeletion', { KeyId }, 'KMSInvalidStateException'],
      ['ListKeys', { Marker: 'none' }, 'InvalidMarkerException'],
      ['CreateKey', { Policy: '{}' }, 'UnsupportedOperationException'],
    ] as const;
    const answers = await callByBotocore(
      kms,
      customer,
      wrong.map(([operation, input]) => ({ operation, input })),
    );
    expect(answers.map(({ error }) => error)).toEqual(wrong.map(([, , error]) => error));
    expect(answers.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('declares every fault that can be injected, with its status', async () => {
    const KeyId = make({});
    const faults: Fault[] = [
      'DisabledException',
      'AccessDeniedException',
      'KMSInvalidStateException',
      'NotFoundException',
      'ThrottlingException',
      'KeyUnavailableException',
      'KMSInternalException',
      'DependencyTimeoutException',
      'InvalidKeyUsageException',
      'ExpiredTokenException',
      'UnrecognizedClientException',
      'InvalidSignatureException',
    ];
    for (const fault of faults) kms.faults.inject({ fault, times: 1 });
    const call = { operation: 'Encrypt', input: { KeyId, Plaintext: 'AAAA' } } as const;
    const answers = await callByBotocore(
      kms,
      customer,
      faults.map(() => call),
    );
    expect(answers.map(({ error }) => error)).toEqual(faults);
    expect(answers.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('is a judge that finds fault', async () => {
    // A server that answers what the model does not know.
    const liar = await startAwsKms();
    try {
      const user = liar.createUser('111122223333', 'admin');
      liar.faults.inject({ fault: 'LimitExceededException' });
      const [answer] = await callByBotocore(liar, user, [
        { operation: 'Encrypt', input: { KeyId: 'k', Plaintext: 'AAAA' } },
      ]);
      expect(answer?.problems).toEqual(['Encrypt: LimitExceededException is not declared']);
    } finally {
      await liar.stop();
    }
  });
});
