import { CloisterError, type ErrorCode } from '@cloister/wire';

/** What an administrator is told of the hsm's refusals. Whatever may pass stays as it is, and is met with silence. */
const told: Readonly<Record<string, ErrorCode>> = {
  'hsm/import-failed': 'kms/invalid-master-key',
  'hsm/not-an-arn': 'kms/not-an-arn',
  'hsm/no-aws': 'kms/no-aws',
  // "OUR credential fault: never blame the customer's key" (byok.md §2.2)
  'hsm/credential-fault': 'kms/no-aws',
};

export const asMasterKeyFault = (error: unknown): unknown => {
  const code = error instanceof CloisterError ? told[error.code] : undefined;
  return code === undefined ? error : new CloisterError(code, { cause: error });
};
