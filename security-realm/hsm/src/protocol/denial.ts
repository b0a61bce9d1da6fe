import { CloisterError } from '@cloister/wire';

/** Why Amazon does not let a key be used. */
export const denialReasons = [
  'disabled',
  'denied',
  'pending-deletion',
  'pending-import',
  'not-found',
  'wrong-kind',
] as const;
export type DenialReason = (typeof denialReasons)[number];

/** The fault of a key that Amazon does not let be used; its reason is the error's detail. */
export const keyDenied = (reason: DenialReason): CloisterError =>
  new CloisterError('hsm/key-denied', { detail: reason });

/** The reason of an `hsm/key-denied`, null for any other error. */
export const denialReasonOf = (error: unknown): DenialReason | null =>
  error instanceof CloisterError && error.code === 'hsm/key-denied'
    ? (denialReasons.find((reason) => reason === error.detail) ?? 'denied')
    : null;
