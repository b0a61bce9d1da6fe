import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { User } from './accounts.ts';
import { type AwsKms, startAwsKms } from './start-aws-kms.ts';

const delayMs = 60_000;
const dayMs = 24 * 60 * 60 * 1000;
const Operations = ['Encrypt', 'Decrypt', 'DescribeKey'];
const Plaintext = Buffer.alloc(32, 7).toString('base64');

let kms: AwsKms;
let customer: User;
let acme: User;
let globex: User;
let KeyId: string;

beforeEach(async () => {
  kms = await startAwsKms({
    grantDelayMs: delayMs,
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    requestsPerSecond: 50,
  });
  customer = kms.createUser('111122223333', 'admin');
  acme = kms.createUser('999988887777', 'acme');
  globex = kms.createUser('999988887777', 'globex');
  KeyId = makeKey({});
});
afterEach(() => kms.stop());

const makeKey = (input: object): string =>
  (kms.perform(customer, 'CreateKey', input).KeyMetadata as { Arn: string }).Arn;
const grant = (more: object = {}) => {
  const input = { KeyId, GranteePrincipal: acme.arn, Operations, ...more };
  return kms.perform(customer, 'CreateGrant', input) as { GrantId: string; GrantToken: string };
};
const encrypt = (user: User, more: object = {}) => kms.perform(user, 'Encrypt', { KeyId, Plaintext, ...more });
const decrypt = (user: User, CiphertextBlob: unknown, more: object = {}) =>
  kms.perform(user, 'Decrypt', { KeyId, CiphertextBlob, ...more }).Plaintext;
const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    return (error as Error).name;
  }
  return 'allowed';
};

describe('grants', () => {
  it('let nobody of another account in without one', () => {
    expect(refusal(() => encrypt(customer))).toBe('allowed');
    expect(refusal(() => encrypt(acme))).toBe('AccessDeniedException');
    expect(refusal(() => kms.perform(acme, 'DescribeKey', { KeyId }))).toBe('AccessDeniedException');
    expect(refusal(() => kms.perform(acme, 'ListGrants', { KeyId }))).toBe('AccessDeniedException');
  });

  it('work once they have spread, or at once with their token, for their grantee and operations alone', () => {
    const { GrantToken } = grant({ Operations: ['Encrypt'] });
    kms.clock.advance(delayMs - 1);
    expect(refusal(() => encrypt(acme))).toBe('AccessDeniedException');
    expect(refusal(() => encrypt(acme, { GrantTokens: [GrantToken] }))).toBe('allowed');
    kms.clock.advance(1);
    const { CiphertextBlob } = encrypt(acme);
    expect(refusal(() => decrypt(acme, CiphertextBlob))).toBe('AccessDeniedException');
    expect(refusal(() => encrypt(globex))).toBe('AccessDeniedException');
    expect(refusal(() => encrypt(globex, { GrantTokens: [GrantToken] }))).toBe('AccessDeniedException');
  });

  it('end once their revocation has spread, even with their token', () => {
    const { GrantId, GrantToken } = grant();
    kms.clock.advance(delayMs);
    kms.perform(customer, 'RevokeGrant', { KeyId, GrantId });
    kms.clock.advance(delayMs - 1);
    expect(refusal(() => encrypt(acme))).toBe('allowed');
    kms.clock.advance(1);
    expect(refusal(() => encrypt(acme))).toBe('AccessDeniedException');
    expect(refusal(() => encrypt(acme, { GrantTokens: [GrantToken] }))).toBe('AccessDeniedException');
    expect(kms.perform(customer, 'ListGrants', { KeyId }).Grants).toEqual([]);
  });

  it('are retired by their retiring principal or the account that made them, and by nobody else', () => {
    const { GrantId } = grant({ RetiringPrincipal: acme.arn });
    expect(refusal(() => kms.perform(globex, 'RetireGrant', { KeyId, GrantId }))).toBe('AccessDeniedException');
    expect(refusal(() => kms.perform(acme, 'RevokeGrant', { KeyId, GrantId }))).toBe('AccessDeniedException');
    expect(refusal(() => kms.perform(acme, 'RetireGrant', { KeyId, GrantId }))).toBe('allowed');
    expect(refusal(() => kms.perform(acme, 'RetireGrant', { KeyId, GrantId }))).toBe('NotFoundException');
    const { GrantToken } = grant();
    expect(refusal(() => kms.perform(acme, 'RetireGrant', { GrantToken }))).toBe('AccessDeniedException');
    expect(refusal(() => kms.perform(customer, 'RetireGrant', { GrantToken }))).toBe('allowed');
    expect(refusal(() => kms.perform(customer, 'RetireGrant', { GrantToken }))).toBe('InvalidGrantTokenException');
  });

  it('under the same name are the same grant, on each key its own', () => {
    const first = grant({ Name: 'cloister' });
    const again = grant({ Name: 'cloister' });
    expect(again.GrantId).toBe(first.GrantId);
    expect(again.GrantToken).not.toBe(first.GrantToken);
    expect(grant({ Name: 'cloister', KeyId: makeKey({}) }).GrantId).not.toBe(first.GrantId);
    expect(grant({ Name: 'cloister', GranteePrincipal: globex.arn }).GrantId).not.toBe(first.GrantId);
  });

  it('hold to their constraints on the encryption context', () => {
    grant({ Constraints: { EncryptionContextSubset: { orgId: 'a' } } });
    kms.clock.advance(delayMs);
    expect(refusal(() => encrypt(acme, { EncryptionContext: { orgId: 'a', kekId: 'k' } }))).toBe('allowed');
    expect(refusal(() => encrypt(acme, { EncryptionContext: { orgId: 'b', kekId: 'k' } }))).toBe(
      'AccessDeniedException',
    );
    grant({ GranteePrincipal: globex.arn, Constraints: { EncryptionContextEquals: { orgId: 'g' } } });
    kms.clock.advance(delayMs);
    expect(refusal(() => encrypt(globex, { EncryptionContext: { orgId: 'g' } }))).toBe('allowed');
    expect(refusal(() => encrypt(globex, { EncryptionContext: { orgId: 'g', kekId: 'k' } }))).toBe(
      'AccessDeniedException',
    );
  });

  it('go to principals that there are, by those who may', () => {
    expect(refusal(() => grant({ GranteePrincipal: 'arn:aws:iam::999988887777:user/nobody' }))).toBe(
      'InvalidArnException',
    );
    expect(refusal(() => grant({ RetiringPrincipal: 'arn:aws:iam::123412341234:root' }))).toBe('InvalidArnException');
    expect(refusal(() => grant({ Name: 'no spaces' }))).toBe('ValidationException');
    grant({ Operations: ['Encrypt', 'CreateGrant'] });
    kms.clock.advance(delayMs);
    const byAcme = { KeyId, GranteePrincipal: globex.arn };
    expect(refusal(() => kms.perform(acme, 'CreateGrant', { ...byAcme, Operations: ['Decrypt'] }))).toBe(
      'AccessDeniedException',
    );
    expect(refusal(() => kms.perform(acme, 'CreateGrant', { ...byAcme, Operations: ['Encrypt'] }))).toBe('allowed');
  });
});

describe('keys', () => {
  it('bind a ciphertext to key and encryption context', () => {
    const EncryptionContext = { orgId: 'a', kekId: 'k' };
    const { CiphertextBlob } = encrypt(customer, { EncryptionContext });
    expect(decrypt(customer, CiphertextBlob, { EncryptionContext: { kekId: 'k', orgId: 'a' } })).toBe(Plaintext);
    expect(decrypt(customer, CiphertextBlob, { EncryptionContext, KeyId: undefined })).toBe(Plaintext);
    for (const changed of [{}, { orgId: 'a' }, { orgId: 'b', kekId: 'k' }])
      expect(refusal(() => decrypt(customer, CiphertextBlob, { EncryptionContext: changed }))).toBe(
        'InvalidCiphertextException',
      );
    const other = makeKey({});
    expect(refusal(() => decrypt(customer, CiphertextBlob, { EncryptionContext, KeyId: other }))).toBe(
      'IncorrectKeyException',
    );
    expect(refusal(() => decrypt(customer, Plaintext))).toBe('InvalidCiphertextException');
  });

  it.each([
    ['DisableKey', {}, 'DisabledException', 'Disabled'],
    ['ScheduleKeyDeletion', { PendingWindowInDays: 7 }, 'KMSInvalidStateException', 'PendingDeletion'],
  ] as const)('are of no use after %s, but can be described', (operation, more, error, KeyState) => {
    kms.perform(customer, operation, { KeyId, ...more });
    expect(refusal(() => encrypt(customer))).toBe(error);
    expect(refusal(() => grant())).toBe(error);
    expect(kms.perform(customer, 'DescribeKey', { KeyId }).KeyMetadata).toMatchObject({ KeyState, Enabled: false });
  });

  it('come back when enabled, or when their deletion is cancelled and they are enabled', () => {
    kms.perform(customer, 'DisableKey', { KeyId });
    kms.perform(customer, 'EnableKey', { KeyId });
    expect(refusal(() => encrypt(customer))).toBe('allowed');
    expect(refusal(() => kms.perform(customer, 'CancelKeyDeletion', { KeyId }))).toBe('KMSInvalidStateException');
    kms.perform(customer, 'ScheduleKeyDeletion', { KeyId });
    expect(refusal(() => kms.perform(customer, 'EnableKey', { KeyId }))).toBe('KMSInvalidStateException');
    kms.perform(customer, 'CancelKeyDeletion', { KeyId });
    expect(refusal(() => encrypt(customer))).toBe('DisabledException');
    kms.perform(customer, 'EnableKey', { KeyId });
    expect(refusal(() => encrypt(customer))).toBe('allowed');
  });

  it('are gone at the end of the window: not found for their account, access denied for others', () => {
    kms.perform(customer, 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 });
    expect(refusal(() => kms.perform(customer, 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 6 }))).toBe(
      'ValidationException',
    );
    kms.clock.advance(7 * dayMs - 1);
    expect(refusal(() => kms.perform(customer, 'DescribeKey', { KeyId }))).toBe('allowed');
    kms.clock.advance(1);
    expect(refusal(() => kms.perform(customer, 'DescribeKey', { KeyId }))).toBe('NotFoundException');
    expect(refusal(() => kms.perform(acme, 'DescribeKey', { KeyId }))).toBe('AccessDeniedException');
    expect(refusal(() => kms.perform(customer, 'DescribeKey', { KeyId: 'alias/mine' }))).toBe('NotFoundException');
    const elsewhere = KeyId.replace('us-east-2', 'eu-west-1');
    expect(refusal(() => kms.perform(customer, 'DescribeKey', { KeyId: elsewhere }))).toBe('NotFoundException');
  });

  it('of other kinds can be described and not used', () => {
    const signing = makeKey({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
    const rsa = makeKey({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
    const imported = makeKey({ Origin: 'EXTERNAL' });
    expect(refusal(() => encrypt(customer, { KeyId: signing }))).toBe('InvalidKeyUsageException');
    expect(refusal(() => encrypt(customer, { KeyId: rsa }))).toBe('InvalidKeyUsageException');
    expect(refusal(() => encrypt(customer, { KeyId: imported }))).toBe('KMSInvalidStateException');
    kms.setKeyState(imported, 'Enabled');
    expect(refusal(() => encrypt(customer, { KeyId: imported }))).toBe('allowed');
    expect(makeKey({ MultiRegion: true })).toMatch(/:key\/mrk-[0-9a-f]{32}$/);
    expect(refusal(() => makeKey({ KeySpec: 'RSA_2048' }))).toBe('ValidationException');
  });
});

it('pages lists', () => {
  const all = [KeyId, makeKey({}), makeKey({})];
  const first = kms.perform(customer, 'ListKeys', { Limit: 2 });
  const rest = kms.perform(customer, 'ListKeys', { Limit: 2, Marker: first.NextMarker });
  expect([first.Truncated, rest.Truncated]).toEqual([true, false]);
  expect([first.Keys, rest.Keys].flat().map((key) => (key as { KeyArn: string }).KeyArn)).toEqual(all);
  expect(refusal(() => kms.perform(customer, 'ListKeys', { Marker: 'x' }))).toBe('InvalidMarkerException');
});

it('throttles an account, by its own clock, and no other', () => {
  for (let each = 0; each < 49; each++) encrypt(customer);
  expect(refusal(() => encrypt(customer))).toBe('ThrottlingException');
  expect(refusal(() => encrypt(acme))).toBe('AccessDeniedException');
  kms.clock.advance(20);
  expect(refusal(() => encrypt(customer))).toBe('allowed');
  expect(refusal(() => encrypt(customer))).toBe('ThrottlingException');
});

it('hits with a fault those requests that the rule names, as often as it says', () => {
  kms.faults.inject({
    fault: 'KMSInternalException',
    operation: 'Encrypt',
    principal: customer.arn,
    key: KeyId,
    times: 1,
  });
  expect(refusal(() => kms.perform(customer, 'DescribeKey', { KeyId }))).toBe('allowed');
  expect(refusal(() => encrypt(acme))).toBe('AccessDeniedException');
  expect(refusal(() => encrypt(customer))).toBe('KMSInternalException');
  expect(refusal(() => encrypt(customer))).toBe('allowed');
  const end = kms.faults.inject({ fault: 'wrong-plaintext' });
  const { CiphertextBlob } = encrypt(customer);
  expect(decrypt(customer, CiphertextBlob)).not.toBe(Plaintext);
  end();
  expect(decrypt(customer, CiphertextBlob)).toBe(Plaintext);
  kms.faults.inject({ fault: 'any-context' });
  const unbound = encrypt(customer, { EncryptionContext: { a: 'b' } }).CiphertextBlob;
  expect(decrypt(customer, unbound, { EncryptionContext: { a: 'c' } })).toBe(Plaintext);
});

it('writes every request down, with who, what and outcome, and never what was encrypted', () => {
  const { CiphertextBlob } = encrypt(customer, { EncryptionContext: { orgId: 'a' } });
  refusal(() => decrypt(acme, CiphertextBlob));
  expect(kms.log.slice(-2)).toMatchObject([
    {
      eventName: 'Encrypt',
      principal: customer.arn,
      accessKeyId: customer.accessKeyId,
      requestParameters: { KeyId, EncryptionContext: { orgId: 'a' } },
      errorCode: null,
    },
    { eventName: 'Decrypt', principal: acme.arn, errorCode: 'AccessDeniedException' },
  ]);
  expect(JSON.stringify(kms.log)).not.toContain(Plaintext);
  expect(JSON.stringify(kms.log)).not.toContain(CiphertextBlob);
});
