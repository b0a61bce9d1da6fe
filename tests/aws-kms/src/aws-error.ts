/** AWS's own errors, by the name a client sees in `__type`, with the HTTP status they come with. */
const statuses = {
  // Declared by the service's model.
  DisabledException: 400,
  IncorrectKeyException: 400,
  InvalidArnException: 400,
  InvalidCiphertextException: 400,
  InvalidGrantIdException: 400,
  InvalidGrantTokenException: 400,
  InvalidKeyUsageException: 400,
  InvalidMarkerException: 400,
  KMSInvalidStateException: 400,
  LimitExceededException: 400,
  NotFoundException: 400,
  UnsupportedOperationException: 400,
  DependencyTimeoutException: 500,
  KeyUnavailableException: 500,
  KMSInternalException: 500,
  // Of every AWS service: declared by none.
  AccessDeniedException: 400,
  ThrottlingException: 400,
  ValidationException: 400,
  SerializationException: 400,
  UnknownOperationException: 400,
  MissingAuthenticationTokenException: 400,
  IncompleteSignatureException: 400,
  InvalidSignatureException: 400,
  UnrecognizedClientException: 400,
  ExpiredTokenException: 400,
  ServiceUnavailableException: 503,
} as const;

export type AwsErrorName = keyof typeof statuses;

/** What AWS answers a request with when it refuses it. */
export class AwsError extends Error {
  override readonly name: AwsErrorName;

  constructor(name: AwsErrorName, message: string) {
    super(message);
    this.name = name;
  }

  get status(): number {
    return statuses[this.name];
  }
}
