import { CloisterError, type ErrorCode } from '@cloister/wire';
import { keyDenied } from '../../protocol/denial.ts';

const ours = [
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
  'CredentialsProviderError',
];
const passing = [
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'LimitExceededException',
  'KeyUnavailableException',
  'KMSInternalException',
  'DependencyTimeoutException',
];
const named = new Map<string, ErrorCode>([
  ...ours.map((name) => [name, 'hsm/credential-fault'] as const),
  ...passing.map((name) => [name, 'hsm/key-unavailable'] as const),
  // Disabled, pending or in between: only its state tells, which may change.
  ['KMSInvalidStateException', 'hsm/key-unavailable'],
  // "our data bug: alarm, never RevokedByAmazon"
  ['IncorrectKeyException', 'hsm/unwrap-failed'],
  ['InvalidCiphertextException', 'hsm/unwrap-failed'],
  ['InvalidKeyUsageException', 'hsm/internal'],
  ['InvalidArnException', 'hsm/not-an-arn'],
]);

/** The errors that a key's state is behind; which one, only DescribeKey tells. */
export const isOfState = (error: unknown): boolean =>
  ['DisabledException', 'KMSInvalidStateException'].includes(nameOf(error));

/**
 * What an error of the SDK's means (the table of byok.md §2.2). By name: AccessDenied is not modelled. Nothing of it is kept,
 * since a message may quote the request.
 */
export const faultOf = (error: unknown): CloisterError => {
  const name = nameOf(error);
  if (error instanceof CloisterError) return error;
  if (name === 'AccessDeniedException') return keyDenied('denied');
  if (name === 'NotFoundException') return keyDenied('not-found');
  if (name === 'DisabledException') return keyDenied('disabled');
  const status = statusOf(error);
  const unanswered = status === undefined || status === 429 || status >= 500;
  return new CloisterError(named.get(name) ?? (unanswered ? 'hsm/key-unavailable' : 'hsm/internal'));
};

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

// The status of an answer, also of one that was none of KMS's (a gateway's page).
function statusOf(error: unknown): number | undefined {
  const { $metadata, $response } = error as {
    $metadata?: { httpStatusCode?: number };
    $response?: { statusCode?: number };
  };
  return $metadata?.httpStatusCode ?? $response?.statusCode;
}
