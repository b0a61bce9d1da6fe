import { randomBytes, randomUUID } from 'node:crypto';
import type { Fault } from '@cloister/aws-kms';
import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AmazonKey } from '../../protocol/main-key.ts';
import {
  type Amazon,
  DOCUMENTED_OPERATIONS,
  keyOf,
  openAmazon,
  placeOf,
  writeAccessKey,
} from '../../testing/amazon.ts';
import type { AwsKeys } from './aws-keys.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const spreadMs = 60_000;

let amazon: Amazon;
let keys: AwsKeys;
let key: AmazonKey;

beforeEach(async () => {
  amazon = await openAmazon({ grantDelayMs: spreadMs });
  keys = amazon.keys;
  key = keyOf(amazon.acme, amazon.makeKey());
  amazon.grant(key.arn, amazon.acme);
  amazon.kms.clock.advance(spreadMs);
});
afterEach(async () => {
  // Whatever the test did: nobody of ours ever called anything else (R061, R064).
  const called = amazon.kms.log.filter(({ principal }) => principal !== amazon.customer.arn);
  expect(called.filter(({ eventName }) => !DOCUMENTED_OPERATIONS.includes(eventName))).toEqual([]);
  await amazon.stop();
});

const calls = () =>
  amazon.kms.log.filter(({ principal }) => principal !== amazon.customer.arn).map(({ eventName }) => eventName);
const outcome = async (act: Promise<unknown>): Promise<string> => {
  try {
    await act;
  } catch (error) {
    if (error instanceof CloisterError)
      return error.detail === undefined ? error.code : `${error.code} ${error.detail}`;
    throw error;
  }
  return 'done';
};
const probe = (of = key, by = keys) => outcome(by.probe(of, { light: false }));
const look = (of = key) => outcome(keys.probe(of, { light: true }));
const wrap = (of = key) => outcome(keys.wrap(of, placeOf(amazon.acme), randomBytes(32)));
const perform: Amazon['kms']['perform'] = (...request) => amazon.kms.perform(...request);

describe('a key at Amazon', () => {
  it('wraps and unwraps KEKs there, by Encrypt and Decrypt and nothing else (R060, R061)', async () => {
    const place = placeOf(amazon.acme);
    const kek = randomBytes(32);
    const wrapped = await keys.wrap(key, place, kek);
    expect(wrapped.includes(kek)).toBe(false);
    expect(await keys.unwrap(key, place, wrapped)).toEqual(kek);
    expect(calls()).toEqual(['Encrypt', 'Decrypt']);
    expect(amazon.kms.log.at(-1)?.requestParameters).toEqual({
      KeyId: key.arn,
      EncryptionContext: {
        app: 'cloister',
        orgId: key.organisationId,
        keyId: key.keyId,
        kekId: place.kekId,
        kekVersion: '1',
        level: 'content',
        label: 'kek',
      },
    });
  });

  it('unwraps nothing for another place, another key id, another key or other bytes', async () => {
    const place = placeOf(amazon.acme);
    const wrapped = await keys.wrap(key, place, randomBytes(32));
    const other = { ...key, arn: amazon.makeKey() };
    amazon.grant(other.arn, amazon.acme);
    amazon.kms.clock.advance(spreadMs);
    const changes = fc.oneof(
      fc.constant({ place: { ...place, kekId: randomUUID() } }),
      fc.integer({ min: 2, max: 99 }).map((version) => ({ place: { ...place, version } })),
      fc.constantFrom('channel' as const, 'realm' as const).map((level) => ({ place: { ...place, level } })),
      fc.constant({ place: { ...place, label: 'another' } }),
      fc.constant({ key: { ...key, keyId: randomUUID() } }),
      fc.constant({ key: other }),
      fc.nat().map((at) => {
        const bytes = Buffer.from(wrapped);
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ 1;
        return { wrapped: bytes };
      }),
      fc.constantFrom(Buffer.alloc(0), Buffer.alloc(1), Buffer.alloc(6144)).map((bytes) => ({ wrapped: bytes })),
    );
    await fc.assert(
      fc.asyncProperty(changes, async (change) => {
        const with_ = { key, place, wrapped, ...change };
        expect(await outcome(keys.unwrap(with_.key, with_.place, with_.wrapped))).toBe('hsm/unwrap-failed');
      }),
      { numRuns },
    );
    expect(await outcome(keys.unwrap(key, place, wrapped))).toBe('done');
  });

  it('is probed by a description, a use and a use under another context that must fail (R070)', async () => {
    expect(await look()).toBe('done');
    expect(calls()).toEqual(['DescribeKey']);
    expect(await probe()).toBe('done');
    expect(calls()).toEqual(['DescribeKey', 'DescribeKey', 'Encrypt', 'Decrypt', 'Decrypt']);
    amazon.kms.faults.inject({ fault: 'any-context' });
    expect(await probe()).toBe('hsm/key-denied wrong-kind');
    amazon.kms.faults.clear();
    amazon.kms.faults.inject({ fault: 'wrong-plaintext' });
    expect(await probe()).toBe('hsm/key-denied wrong-kind');
  });

  it.each([
    ['a signing key', { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' }],
    ['an asymmetric encryption key', { KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' }],
    ['a MAC key', { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' }],
  ])('is refused as the wrong kind when it is %s (R065)', async (_kind, input) => {
    const wrong = keyOf(amazon.acme, amazon.makeKey(input));
    amazon.grant(wrong.arn, amazon.acme);
    amazon.kms.clock.advance(spreadMs);
    expect([await look(wrong), await probe(wrong)]).toEqual(Array(2).fill('hsm/key-denied wrong-kind'));
    expect(calls()).toEqual(['DescribeKey', 'DescribeKey']);
  });

  it('may be a multi-region key, and is used in the region its ARN names', async () => {
    const multi = keyOf(amazon.acme, amazon.makeKey({ MultiRegion: true }));
    amazon.grant(multi.arn, amazon.acme);
    amazon.kms.clock.advance(spreadMs);
    expect(await probe(multi)).toBe('done');
    expect(amazon.kms.log.at(-1)?.awsRegion).toBe('us-east-2');
    expect(await look({ ...multi, arn: multi.arn.replace('us-east-2', 'eu-west-1') })).toMatch(/^hsm\/key-denied/);
    expect(amazon.kms.log.at(-1)?.awsRegion).toBe('eu-west-1');
  });

  it('is not asked about under an alias, in another service, or without a principal of ours', async () => {
    const alias = { ...key, arn: 'arn:aws:kms:us-east-2:111122223333:alias/mine' };
    const strange = { ...key, organisationId: randomUUID() };
    expect([await probe(alias), await look(alias), await wrap(alias)]).toEqual(Array(3).fill('hsm/not-an-arn'));
    expect([await probe(strange), await look(strange)]).toEqual(Array(2).fill('hsm/no-aws'));
    expect(keys.principal(strange.organisationId)).toBeNull();
    expect(calls()).toEqual([]);
  });
});

describe('grants', () => {
  it("need no more operations than the documents', and no fewer (R067)", async () => {
    for (const missing of DOCUMENTED_OPERATIONS) {
      const short = keyOf(amazon.acme, amazon.makeKey());
      const operations = DOCUMENTED_OPERATIONS.filter((each) => each !== missing);
      amazon.grant(short.arn, amazon.acme, operations);
      amazon.kms.clock.advance(spreadMs);
      expect([missing, await probe(short)]).toEqual([missing, 'hsm/key-denied denied']);
    }
    expect(await probe()).toBe('done');
  });

  it('that are new are denied until they have spread, and work then (R069)', async () => {
    const fresh = keyOf(amazon.acme, amazon.makeKey());
    expect(await probe(fresh)).toBe('hsm/key-denied denied');
    amazon.grant(fresh.arn, amazon.acme);
    amazon.kms.clock.advance(spreadMs - 1);
    expect(await probe(fresh)).toBe('hsm/key-denied denied');
    amazon.kms.clock.advance(1);
    expect(await probe(fresh)).toBe('done');
  });

  it('that are revoked end every use, and made anew give it back', async () => {
    const again = keyOf(amazon.acme, amazon.makeKey());
    const GrantId = amazon.grant(again.arn, amazon.acme);
    amazon.kms.clock.advance(spreadMs);
    expect(await wrap(again)).toBe('done');
    perform(amazon.customer, 'RevokeGrant', { KeyId: again.arn, GrantId });
    amazon.kms.clock.advance(spreadMs);
    expect([await wrap(again), await look(again), await probe(again)]).toEqual(Array(3).fill('hsm/key-denied denied'));
    amazon.grant(again.arn, amazon.acme);
    amazon.kms.clock.advance(spreadMs);
    expect([await wrap(again), await look(again), await probe(again)]).toEqual(Array(3).fill('done'));
  });
});

describe('what the customer does to the key', () => {
  it.each([
    ['DisableKey', ['EnableKey'], 'disabled'],
    ['ScheduleKeyDeletion', ['CancelKeyDeletion', 'EnableKey'], 'pending-deletion'],
  ] as const)('with %s is told by its reason, until it is undone', async (off, on, reason) => {
    const place = placeOf(amazon.acme);
    const kek = randomBytes(32);
    const wrapped = await keys.wrap(key, place, kek);
    const KeyId = key.arn;
    perform(amazon.customer, off, { KeyId });
    const denied = `hsm/key-denied ${reason}`;
    expect([await wrap(), await look(), await probe()]).toEqual([denied, denied, denied]);
    expect(await outcome(keys.unwrap(key, place, wrapped))).toBe(denied);
    for (const operation of on) perform(amazon.customer, operation, { KeyId });
    expect([await wrap(), await look(), await probe()]).toEqual(['done', 'done', 'done']);
    expect(await keys.unwrap(key, place, wrapped)).toEqual(kek);
  });

  it.each([
    ['PendingImport', 'hsm/key-denied pending-import'],
    ['PendingReplicaDeletion', 'hsm/key-denied pending-deletion'],
    ['Unavailable', 'hsm/key-unavailable'],
    ['Updating', 'hsm/key-unavailable'],
  ] as const)('leaves it %s: %s', async (state, told) => {
    amazon.kms.setKeyState(key.arn, state);
    expect([await wrap(), await look(), await probe()]).toEqual([told, told, told]);
  });

  it('is told as far as the grant lets us see', async () => {
    const blind = keyOf(amazon.acme, amazon.makeKey());
    amazon.grant(blind.arn, amazon.acme, ['Encrypt', 'Decrypt']);
    amazon.kms.clock.advance(spreadMs);
    perform(amazon.customer, 'DisableKey', { KeyId: blind.arn });
    expect([await wrap(blind), await look(blind)]).toEqual(['hsm/key-denied disabled', 'hsm/key-denied denied']);
    perform(amazon.customer, 'ScheduleKeyDeletion', { KeyId: blind.arn });
    expect(await wrap(blind)).toBe('hsm/key-denied denied');
  });

  it('at the end of a deletion leaves nothing to use', async () => {
    perform(amazon.customer, 'ScheduleKeyDeletion', { KeyId: key.arn, PendingWindowInDays: 7 });
    amazon.kms.clock.advance(7 * 24 * 60 * 60 * 1000);
    expect([await wrap(), await look()]).toEqual(Array(2).fill('hsm/key-denied denied'));
  });
});

describe('organisations', () => {
  it('have a principal each (R068)', () => {
    const arns = [amazon.acme, amazon.globex].map(({ organisationId }) => keys.principal(organisationId));
    expect(arns).toEqual([amazon.acme.user.arn, amazon.globex.user.arn]);
    expect(new Set(arns).size).toBe(2);
  });

  it("cannot use each other's keys, whatever ARN they name (confused deputy, R068)", async () => {
    const { globex } = amazon;
    const confused = { ...key, organisationId: globex.organisationId };
    expect([await probe(confused), await look(confused)]).toEqual(Array(2).fill('hsm/key-denied denied'));
    expect(await outcome(keys.wrap(confused, placeOf(globex), randomBytes(32)))).toBe('hsm/key-denied denied');
    expect(new Set(amazon.kms.log.map(({ principal }) => principal))).toEqual(
      new Set([amazon.customer.arn, globex.user.arn]),
    );
  });

  it("cannot open each other's KEKs even where one customer granted both the same key (R068)", async () => {
    const { acme, globex } = amazon;
    amazon.grant(key.arn, globex);
    amazon.kms.clock.advance(spreadMs);
    const place = placeOf(acme);
    const wrapped = await keys.wrap(key, place, randomBytes(32));
    const theirs = { ...key, organisationId: globex.organisationId };
    const theirPlace = { ...place, organisationId: globex.organisationId };
    expect(await probe(theirs)).toBe('done');
    expect(await outcome(keys.unwrap(theirs, theirPlace, wrapped))).toBe('hsm/unwrap-failed');
    // A place of one organisation under the key of another is not even asked about.
    const before = calls().length;
    expect(await outcome(keys.unwrap(theirs, place, wrapped))).toBe('hsm/unwrap-failed');
    expect(await outcome(keys.wrap(theirs, place, randomBytes(32)))).toBe('hsm/invalid-request');
    expect(calls()).toHaveLength(before);
  });
});

describe('faults (byok.md §2.2)', () => {
  const table: readonly (readonly [Fault, string])[] = [
    ['DisabledException', 'hsm/key-denied disabled'],
    ['AccessDeniedException', 'hsm/key-denied denied'],
    ['KMSInvalidStateException', 'hsm/key-unavailable'],
    ['NotFoundException', 'hsm/key-denied not-found'],
    ['ThrottlingException', 'hsm/key-unavailable'],
    ['LimitExceededException', 'hsm/key-unavailable'],
    ['KeyUnavailableException', 'hsm/key-unavailable'],
    ['KMSInternalException', 'hsm/key-unavailable'],
    ['DependencyTimeoutException', 'hsm/key-unavailable'],
    ['ServiceUnavailableException', 'hsm/key-unavailable'],
    ['reset', 'hsm/key-unavailable'],
    ['bad-gateway', 'hsm/key-unavailable'],
    ['IncorrectKeyException', 'hsm/unwrap-failed'],
    ['InvalidCiphertextException', 'hsm/unwrap-failed'],
    ['InvalidKeyUsageException', 'hsm/internal'],
    ['ValidationException', 'hsm/internal'],
    ['ExpiredTokenException', 'hsm/credential-fault'],
    ['UnrecognizedClientException', 'hsm/credential-fault'],
    ['InvalidSignatureException', 'hsm/credential-fault'],
    ['IncompleteSignatureException', 'hsm/credential-fault'],
    ['MissingAuthenticationTokenException', 'hsm/credential-fault'],
  ];

  it.each(table)('%s while a key is used: %s', async (fault, told) => {
    const place = placeOf(amazon.acme);
    const kek = randomBytes(32);
    const wrapped = await keys.wrap(key, place, kek);
    amazon.kms.faults.inject({ fault, operation: 'Decrypt', times: 1 });
    let thrown: unknown;
    const first = await outcome(
      keys.unwrap(key, place, wrapped).catch((error: unknown) => {
        thrown = error;
        throw error;
      }),
    );
    expect(first).toBe(told);
    const quoted = JSON.stringify(thrown) + (thrown as Error).stack;
    expect((thrown as Error).cause).toBeUndefined();
    for (const secret of [wrapped.toString('base64'), amazon.acme.user.secretAccessKey, amazon.acme.user.accessKeyId])
      expect(quoted).not.toContain(secret);
    // It is over as soon as Amazon says so: nothing is remembered against the key.
    expect(await keys.unwrap(key, place, wrapped)).toEqual(kek);
  });

  it.each(table)('%s while a key is looked at: %s', async (fault, told) => {
    amazon.kms.faults.inject({ fault, operation: 'DescribeKey' });
    expect(await look()).toBe(told);
  });

  it('are never the customer’s when the credential is ours, and a new one is taken up without a restart', async () => {
    amazon.kms.deleteUser(amazon.acme.user);
    expect([await wrap(), await look(), await probe()]).toEqual(Array(3).fill('hsm/credential-fault'));
    writeAccessKey(amazon.acme.credentials, amazon.kms.createUser('999988887777', 'cloister-acme'));
    expect([await wrap(), await look(), await probe()]).toEqual(Array(3).fill('done'));
  });

  it('end in time when Amazon does not answer, or cannot be reached', async () => {
    const impatient = await amazon.reopen({ attempts: 1, answerMs: 100 });
    amazon.kms.faults.inject({ fault: 'hang' });
    expect(await probe(key, impatient)).toBe('hsm/key-unavailable');
    const nowhere = await amazon.reopen({ attempts: 1 }, 'http://127.0.0.1:1');
    expect(await probe(key, nowhere)).toBe('hsm/key-unavailable');
  });

  it('that pass are tried three times', async () => {
    const patient = await amazon.reopen({});
    amazon.kms.faults.inject({ fault: 'KMSInternalException', times: 2 });
    expect(await outcome(patient.probe(key, { light: true }))).toBe('done');
    expect(calls()).toEqual(['DescribeKey', 'DescribeKey', 'DescribeKey']);
  });
});

it('keeps each organisation to its own pace, so that none uses up the quota of all (byok.md §2.4)', async () => {
  const paced = await amazon.reopen({ attempts: 1, perSecond: 0.001, burst: 2, patienceMs: 1_000 });
  const act = (of: AmazonKey) => outcome(paced.probe(of, { light: true }));
  expect([await act(key), await act(key), await act(key)]).toEqual(['done', 'done', 'hsm/key-unavailable']);
  const theirs = keyOf(amazon.globex, amazon.makeKey());
  amazon.grant(theirs.arn, amazon.globex);
  amazon.kms.clock.advance(spreadMs);
  expect(await act(theirs)).toBe('done');
  expect(calls()).toHaveLength(3);
});
