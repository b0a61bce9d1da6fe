import { CloisterError } from '@cloister/wire';

/** The ARN of one key in AWS KMS, taken apart. */
export type KeyArn = {
  readonly arn: string;
  readonly partition: string;
  /** Where the key is, and so which of Amazon's endpoints is asked. */
  readonly region: string;
  readonly account: string;
  readonly keyId: string;
};

// byok.md §2.1: "must be arn:aws*:kms:REGION:ACCT:key/UUID; refuse alias, other services; mrk- allowed". The region becomes
// part of a host name: nothing gets in that could lead elsewhere.
const form =
  /^arn:(?<partition>aws(?:-[a-z]{1,8}){0,2}):kms:(?<region>[a-z]{2,4}(?:-[a-z]{1,12}){1,2}-\d{1,2}):(?<account>\d{12}):key\/(?<keyId>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/;

/** Throws `hsm/not-an-arn` for everything else, an alias among it: what an alias points to is not the key's to say. */
export const parseKeyArn = (arn: string): KeyArn => {
  const { partition, region, account, keyId } = form.exec(arn)?.groups ?? {};
  if (partition === undefined || region === undefined || account === undefined || keyId === undefined) {
    throw new CloisterError('hsm/not-an-arn');
  }
  return { arn, partition, region, account, keyId };
};
