import { CloisterError, type ErrorCode, errorTable, type HandshakeResponse, type KmsResponse } from '@cloister/wire';

/** The error in a key server's authentic reply of status 400 or more, or null. Its `reason` is not repeated. */
export function refusalOf(response: KmsResponse | HandshakeResponse): CloisterError | null {
  if (response.status < 400) return null;
  return new CloisterError(codeOf(response.cloister?.code) ?? byStatus(response.status));
}

const codeOf = (code: unknown): ErrorCode | null =>
  typeof code === 'string' && code.startsWith('kms/') && Object.hasOwn(errorTable, code) ? (code as ErrorCode) : null;

/** Key servers that others wrote give a status alone. */
const byStatus = (status: number): ErrorCode =>
  STATUS[status] ?? (status < 500 ? 'kms/invalid-request' : 'kms/internal');

const STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'kms/unauthenticated',
  403: 'kms/not-authorized',
  404: 'kms/not-found',
  405: 'kms/revoked',
  409: 'kms/conflict',
  429: 'kms/too-many',
  499: 'kms/reset',
  501: 'kms/unsupported',
  503: 'kms/unavailable',
};
