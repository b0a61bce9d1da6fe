import { CloisterError, type ErrorCode } from '@cloister/wire';
import type { SendFailure } from '../api/send-state.ts';
import { RosterMismatch } from '../keys/roster-mismatch.ts';

/** What the screen is told of an error. */
export const sendFailureOf = (cause: unknown): SendFailure => {
  if (!(cause instanceof CloisterError)) return { code: 'client/storage' };
  return {
    code: cause.code,
    ...(cause.detail === undefined ? {} : { detail: cause.detail }),
    ...(cause instanceof RosterMismatch ? { people: cause.people } : {}),
  };
};

/** Only a person can change these, whatever their status says. */
const decided: readonly ErrorCode[] = [
  ...(['kms/invalid-certificate', 'channel/untrusted-answer', 'client/unreadable', 'client/storage'] as const),
  ...(['kms/no-federation', 'kms/peer-untrusted'] as const),
];

/** Whether waiting may help: nobody answered, or the answer was "not now". What was decided is not asked again. */
export const mayPass = (cause: unknown): boolean => {
  if (!(cause instanceof CloisterError)) return false;
  if (decided.includes(cause.code)) return false;
  // Switched off is not for ever: what was written goes out when the main key is on again.
  if (cause.code === 'kms/revoked') return true;
  // Without a session an entry waits for the next sign-in instead of failing.
  return cause.status >= 500 || cause.status === 429 || cause.code === 'client/not-signed-in';
};
