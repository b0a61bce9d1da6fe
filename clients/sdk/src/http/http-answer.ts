import { CloisterError, type ErrorCode, errorTable, isErrorCode } from '@cloister/wire';
import { numberOf, textOf } from '../json.ts';

/** What a server said: a status, a parsed body (`undefined` when there was none), seconds to wait before asking again. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly retryAfter?: number;
}

const byErrorCode = new Map<number, ErrorCode>([
  [1400087, 'core/rotation-required'],
  [1409004, 'core/key-stale'],
  [1400049, 'core/key-unknown'],
  [1900000, 'core/kms-refused'],
  [1403001, 'core/other-organisation'],
  [1409001, 'core/conflict'],
]);

const byStatus = (status: number): ErrorCode => {
  if (status === 401) return 'core/unauthenticated';
  if (status === 403) return 'core/forbidden';
  if (status === 404) return 'core/not-found';
  if (status === 409) return 'core/conflict';
  if (status === 410) return 'core/upload-gone';
  if (status === 413) return 'core/too-large';
  if (status === 429) return 'core/too-many';
  return status >= 500 ? 'core/unavailable' : 'core/invalid-request';
};

/** The typed error of a refusing answer: its `code`, else its published number, else its status. */
export const errorOf = (answer: HttpAnswer): CloisterError => {
  const named = textOf(answer.body, 'code');
  const code = isErrorCode(named)
    ? named
    : (byErrorCode.get(numberOf(answer.body, 'errorCode') ?? 0) ?? byStatus(answer.status));
  // Our servers say the code's own sentence, or a better one for people; what others write is for logs.
  const sentence = isErrorCode(named) ? textOf(answer.body, 'message') : undefined;
  return new CloisterError(code, { detail: sentence === errorTable[code].title ? undefined : sentence?.slice(0, 200) });
};
