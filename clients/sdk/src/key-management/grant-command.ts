import { isKeyArn } from './key-arn.ts';

interface Grant {
  readonly principalArn: string;
  readonly organisationId: string;
  /** As typed so far: only a real ARN becomes part of a command that people run. */
  readonly arn: string;
}

/** The command of the documents that lets an organisation's principal use a key (R067). */
export const grantCommand = ({ principalArn, organisationId, arn }: Grant): string =>
  [
    'aws kms create-grant',
    `--name Cloister-${organisationId.slice(0, 8)}-encrypt-decrypt`,
    `--key-id ${isKeyArn(arn) ? arn : '{ARN_OF_YOUR_KEY}'}`,
    '--operations Encrypt Decrypt DescribeKey',
    `--grantee-principal ${principalArn}`,
    `--retiring-principal ${principalArn}`,
  ].join(' \\\n  ');
