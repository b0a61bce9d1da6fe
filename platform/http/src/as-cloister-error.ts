import type { ErrorCode } from '@cloister/wire';
import { CloisterError } from '@cloister/wire';

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'platform/invalid-request',
  404: 'platform/not-found',
  408: 'platform/timeout',
  413: 'platform/too-large',
  415: 'platform/unsupported-media',
};

/**
 * Any thrown value as one of our errors. Fastify's own (a body that is too large, not JSON, …) keep their meaning by
 * their status; everything else is `platform/internal`. Messages are never taken over.
 */
export function asCloisterError(error: unknown): CloisterError {
  if (error instanceof CloisterError) return error;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof code !== 'string' || !code.startsWith('FST_') || typeof statusCode !== 'number' || statusCode >= 500) {
    return new CloisterError('platform/internal', { cause: error });
  }
  return new CloisterError(BY_STATUS[statusCode] ?? 'platform/invalid-request');
}
