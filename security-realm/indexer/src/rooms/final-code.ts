import { CloisterError } from '@cloister/wire';

/**
 * Why something will not open, today or later: its sender sealed it wrongly, its key is another room's or is not for this
 * organisation, or it is gone. `undefined` for whatever time may heal.
 */
export const finalCode = (cause: unknown): string | undefined => {
  if (!(cause instanceof CloisterError)) return undefined;
  const { code } = cause;
  return code.startsWith('seal/') || code.startsWith('wire/') || final.has(code) ? code : undefined;
};

const final: ReadonlySet<string> = new Set([
  'client/cannot-open',
  'client/unreadable',
  'core/not-found',
  'core/too-large',
  'kms/not-authorized',
  'kms/not-found',
  'kms/operation-closed',
]);
