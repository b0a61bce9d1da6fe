import { CloisterError } from '@cloister/wire';
import type { UndecryptableReason } from '../api/content.ts';

/** Why something does not open, and whether time may heal it. */
export interface Failure {
  readonly reason: UndecryptableReason;
  readonly retrying: boolean;
}

/** The one place where errors become the closed list of reasons. `member`: whether this person is in the room. */
export const failureOf = (cause: unknown, member: boolean): Failure => {
  switch (cause instanceof CloisterError ? cause.code : undefined) {
    case 'kms/not-authorized':
    case 'kms/room-mismatch':
      return member ? { reason: 'not-yet-authorized', retrying: true } : { reason: 'removed', retrying: false };
    case 'kms/revoked':
    case 'hsm/unavailable':
      return { reason: 'key-server-sealed', retrying: true };
    case 'kms/outside-not-allowed':
      return { reason: 'outside-not-allowed', retrying: true };
    case 'kms/not-found':
    case 'kms/operation-closed':
      return { reason: 'key-destroyed', retrying: false };
    case 'seal/open-failed':
    case 'seal/malformed':
    case 'seal/unsupported-algorithm':
    case 'seal/invalid-key':
    case 'wire/too-large':
    case 'wire/invalid-uri':
    case 'wire/invalid-message':
    case 'client/unreadable':
      return { reason: 'corrupt', retrying: false };
    default:
      return { reason: 'key-server-unreachable', retrying: true };
  }
};
