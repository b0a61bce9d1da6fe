import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseKeyArn } from './key-arn.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

const refusal = (arn: string): string => {
  try {
    parseKeyArn(arn);
  } catch (error) {
    if (error instanceof CloisterError) return error.code;
    throw error;
  }
  return 'accepted';
};

const parts = fc.record({
  partition: fc.constantFrom('aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b', 'aws-eusc'),
  region: fc.constantFrom(
    'us-east-2',
    'eu-central-1',
    'cn-north-1',
    'us-gov-west-1',
    'us-isob-east-1',
    'eusc-de-east-1',
    'ap-southeast-10',
  ),
  account: fc.stringMatching(/^\d{12}$/),
  keyId: fc.oneof(fc.uuid(), fc.stringMatching(/^mrk-[0-9a-f]{32}$/)),
});
const arns = parts.map((each) => ({
  ...each,
  arn: `arn:${each.partition}:kms:${each.region}:${each.account}:key/${each.keyId}`,
}));

it("takes the documents' example apart (R066, R079)", () => {
  expect(parseKeyArn('arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab')).toEqual({
    arn: 'arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    partition: 'aws',
    region: 'us-east-2',
    account: '111122223333',
    keyId: '1234abcd-12ab-34cd-56ef-1234567890ab',
  });
});

it('takes every key of every partition and region apart, multi-region keys among them (R060)', () => {
  fc.assert(
    fc.property(arns, (parts) => {
      expect(parseKeyArn(parts.arn)).toEqual(parts);
    }),
    { numRuns },
  );
});

it('refuses an ARN with anything added, taken away or changed that is not another key’s ARN', () => {
  const change = fc.record({
    at: fc.nat(),
    remove: fc.nat(2),
    insert: fc.oneof(fc.string({ maxLength: 2 }), fc.constantFrom('\n', '\0', '.', '/', '@', '#', '%2f', 'A')),
  });
  fc.assert(
    fc.property(arns, change, ({ arn }, { at, remove, insert }) => {
      const index = at % (arn.length + 1);
      const changed = arn.slice(0, index) + insert + arn.slice(index + remove);
      if (refusal(changed) === 'hsm/not-an-arn') return;
      // Whatever is accepted says what it says, and can be a host name's label.
      const { partition, region, account, keyId } = parseKeyArn(changed);
      expect(`arn:${partition}:kms:${region}:${account}:key/${keyId}`).toBe(changed);
      expect(region).toMatch(/^[a-z0-9-]{5,40}$/);
    }),
    { numRuns: numRuns * 10 },
  );
});

it('refuses aliases, other services, bare ids and whatever else is no ARN of a key', () => {
  const id = '1234abcd-12ab-34cd-56ef-1234567890ab';
  for (const arn of [
    '',
    id,
    'alias/mine',
    'arn:aws:kms:us-east-2:111122223333:alias/mine',
    'arn:aws:kms:us-east-2:111122223333:alias/aws/s3',
    `arn:aws:s3:us-east-2:111122223333:key/${id}`,
    `arn:aws:kms::111122223333:key/${id}`,
    `arn:aws:kms:us-east-2::key/${id}`,
    `arn:aws:kms:us-east-2:1111:key/${id}`,
    `arn:aws:kms:evil.example:111122223333:key/${id}`,
    `arn:aws:kms:us-east-2.evil:111122223333:key/${id}`,
    `arn:aws:kms:us-east-2@evil:111122223333:key/${id}`,
    `arn:gcp:kms:us-east-2:111122223333:key/${id}`,
    `arn:aws:kms:us-east-2:111122223333:key/${id.toUpperCase()}`,
    `arn:aws:kms:us-east-2:111122223333:key/${id} `,
    `arn:aws:kms:us-east-2:111122223333:key/${id}\n`,
    ` arn:aws:kms:us-east-2:111122223333:key/${id}`,
    `ARN:aws:kms:us-east-2:111122223333:key/${id}`,
    `arn:aws:kms:us-east-2:111122223333:key/mrk-${id}`,
  ])
    expect([arn, refusal(arn)]).toEqual([arn, 'hsm/not-an-arn']);
});

it('says what any text is without another fault', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2048 }), (text) => {
      expect(refusal(text)).toBe('hsm/not-an-arn');
    }),
    { numRuns },
  );
});
