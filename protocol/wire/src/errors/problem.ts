import { CloisterError } from './cloister-error.ts';
import { type ErrorCode, errorEntry } from './error-table.ts';

/** A problem document. @see {@link https://www.rfc-editor.org/rfc/rfc9457#section-3 RFC 9457 §3} */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly errorCode?: number;
  readonly instance?: string;
}

/** The media type of {@link Problem}. */
export const problemMediaType = 'application/problem+json';

/**
 * The problem document of an error. What is no {@link CloisterError} becomes `platform/internal` without its message,
 * so that nothing unforeseen reaches a stranger.
 */
export const toProblem = (error: unknown, instance?: string): Problem => {
  const known = error instanceof CloisterError ? error : new CloisterError('platform/internal');
  const { code, status, detail, errorCode } = known;
  return {
    type: `urn:cloister:error:${code}`,
    title: errorEntry(code).title,
    status,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(instance === undefined ? {} : { instance }),
  };
};
