import fc from 'fast-check';
import { expect, it } from 'vitest';
import { grantCommand } from './grant-command.ts';
import { isKeyArn } from './key-arn.ts';

const arn = 'arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const grant = {
  principalArn: 'arn:aws:iam::999988887777:user/cloister-0a000000',
  organisationId: '0a000000-0000-4000-8000-000000000001',
};

it('is the command of the documents with the organisation’s own principal (R067, R068)', () => {
  expect(grantCommand({ ...grant, arn }).replaceAll(/\\\n\s*/g, '')).toBe(
    `aws kms create-grant --name Cloister-0a000000-encrypt-decrypt --key-id ${arn} --operations Encrypt Decrypt DescribeKey --grantee-principal ${grant.principalArn} --retiring-principal ${grant.principalArn}`,
  );
});

it('knows keys, and neither aliases nor other services', () => {
  expect(isKeyArn(arn)).toBe(true);
  expect(isKeyArn('arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab')).toBe(true);
  for (const other of [
    'alias/main',
    `${arn} --dry-run`,
    `${arn}; rm -rf /`,
    arn.replace(':key/', ':alias/'),
    arn.replace(':kms:', ':s3:'),
  ]) {
    expect(isKeyArn(other)).toBe(false);
  }
});

it('never puts what is not an ARN into a command that people run', () => {
  fc.assert(
    fc.property(fc.string(), (typed) => {
      fc.pre(!isKeyArn(typed));
      expect(grantCommand({ ...grant, arn: typed })).toBe(grantCommand({ ...grant, arn: '' }));
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});
