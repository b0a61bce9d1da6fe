import { CloisterError } from '@cloister/wire';

/**
 * Whether a fault is ours or the moment's. Such a request gets no answer at all: the client's ladder of retries repeats it,
 * while an error would be final, in a handshake even for ever (kms.md §1.4).
 */
export const isTransient = (error: unknown): boolean =>
  !(error instanceof CloisterError) ||
  error.code === 'kms/unavailable' ||
  error.code === 'kms/internal' ||
  error.code === 'kms/timeout' ||
  // Another key server did not decide: so nothing is decided.
  error.code.startsWith('kms/peer-') ||
  /^(?:platform|hsm|config)\//.test(error.code);
