import type { ErrorCode } from '@cloister/wire';

const codes = [
  'hsm/unauthenticated',
  'hsm/invalid-request',
  'hsm/not-found',
  'hsm/unwrap-failed',
  'hsm/conflict',
  'hsm/too-many',
  'hsm/keystore-changed',
] as const satisfies readonly ErrorCode[];

/** The code an hsm answered, as one of the table; anything else is its internal failure. */
export const hsmCode = (code: string): ErrorCode => codes.find((known) => known === code) ?? 'hsm/internal';
