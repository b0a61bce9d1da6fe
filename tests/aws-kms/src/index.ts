/**
 * AWS KMS as far as main keys need it, for tests: signatures checked, grants enforced, states kept, faults on demand.
 * Never learns a real AWS credential: its accounts are made by the test, its keys die with it.
 * @see {@link https://docs.aws.amazon.com/kms/latest/APIReference/}
 */

export type { User } from './accounts.ts';
export type { Exchange } from './answer-http.ts';
export { AwsError } from './aws-error.ts';
export type { Fault, FaultRule } from './faults.ts';
export { awsShell, hasAwsCli } from './foreign/aws-cli.ts';
export { type AwsKms, type AwsKmsOptions, startAwsKms } from './start-aws-kms.ts';
export type { TrailEvent } from './trail.ts';
