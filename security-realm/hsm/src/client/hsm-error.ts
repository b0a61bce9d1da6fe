import { CloisterError, type ErrorCode } from '@cloister/wire';
import { denialReasons, keyDenied } from '../protocol/denial.ts';

const codes = [
  'hsm/unauthenticated',
  'hsm/invalid-request',
  'hsm/not-found',
  'hsm/unwrap-failed',
  'hsm/import-failed',
  'hsm/key-unavailable',
  'hsm/credential-fault',
  'hsm/not-an-arn',
  'hsm/no-aws',
  'hsm/too-many',
  'hsm/keystore-changed',
] as const satisfies readonly ErrorCode[];

/** An hsm's error as one of the table; anything else is its internal failure. */
export const hsmError = ({ code, reason }: { code: string; reason?: string | undefined }): CloisterError => {
  if (code === 'hsm/key-denied') return keyDenied(denialReasons.find((known) => known === reason) ?? 'denied');
  return new CloisterError(codes.find((known) => known === code) ?? 'hsm/internal');
};
