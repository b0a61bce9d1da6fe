import { CloisterError, type ErrorCode } from '@cloister/wire';

/** What went wrong, as far as a caller can act on it. */
export type DatabaseFault =
  | 'unique'
  | 'foreign-key'
  | 'check'
  | 'not-null'
  | 'serialization'
  | 'unavailable'
  | 'timeout'
  | 'row-count'
  /** A value no column can hold, such as text with a NUL: whoever sent it is told so. */
  | 'invalid-value'
  | 'other';

const BY_STATE: Readonly<Record<string, DatabaseFault>> = {
  '23505': 'unique',
  '23503': 'foreign-key',
  '23514': 'check',
  '23502': 'not-null',
  '22021': 'invalid-value',
  '22P05': 'invalid-value',
  '40001': 'serialization',
  '40P01': 'serialization',
  '57014': 'timeout',
  '55P03': 'timeout',
  '57P01': 'unavailable',
  '57P02': 'unavailable',
  '57P03': 'unavailable',
  '53300': 'unavailable',
};

/**
 * A database's refusal without what it quotes: PostgreSQL's messages and details repeat values of rows ("Key (email)=(…)
 * already exists"), so neither they nor the original error are kept.
 */
export class DatabaseError extends CloisterError {
  readonly fault: DatabaseFault;
  readonly sqlState: string | undefined;
  readonly constraint: string | undefined;

  constructor(fault: DatabaseFault, { sqlState, constraint }: { sqlState?: string; constraint?: string } = {}) {
    const parts = [fault, sqlState, constraint].filter((part) => part !== undefined);
    super(codeOf(fault), { detail: parts.join(' ') });
    this.fault = fault;
    this.sqlState = sqlState;
    this.constraint = constraint;
  }
}

function codeOf(fault: DatabaseFault): ErrorCode {
  if (fault === 'invalid-value') return 'platform/invalid-request';
  if (fault === 'unique') return 'platform/conflict';
  return fault === 'unavailable' || fault === 'timeout' || fault === 'serialization'
    ? 'platform/database'
    : 'platform/internal';
}

/** Any error of the driver as ours; our own pass unchanged. */
export function asDatabaseError(error: unknown): CloisterError {
  if (error instanceof CloisterError) return error;
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  if (typeof code !== 'string' || !/^[0-9A-Z]{5}$/.test(code)) return new DatabaseError('unavailable');
  const fault = BY_STATE[code] ?? (code.startsWith('08') ? 'unavailable' : 'other');
  return new DatabaseError(fault, { sqlState: code, ...(typeof constraint === 'string' ? { constraint } : {}) });
}

/** Whether the connection, and not the statement, is what failed. */
export function isUnavailable(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && error.fault === 'unavailable';
}
