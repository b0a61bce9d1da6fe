import { CloisterError, type ErrorCode } from '@cloister/wire';

/** Nobody listens: the server is down or just starting; nothing of the request has reached it. */
const DOWN = new Set(['ECONNREFUSED', 'ENOENT', 'EACCES', 'EAGAIN']);

/** What a client is told when an upstream fails before it answers: one that is down, silent, or broke off. */
export function upstreamFault(error: Error): ErrorCode {
  if (error instanceof CloisterError) return error.code;
  return DOWN.has((error as NodeJS.ErrnoException).code ?? '') ? 'platform/unavailable' : 'platform/bad-gateway';
}
