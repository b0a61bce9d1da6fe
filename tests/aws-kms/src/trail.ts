/** One request, as CloudTrail tells it: who asked for what, and what became of it; never a plaintext or a ciphertext. */
export type TrailEvent = {
  /** Milliseconds since 1970, by the cloud's clock. */
  readonly eventTime: number;
  readonly eventName: string;
  readonly awsRegion: string | null;
  /** Null when nobody was made out. */
  readonly principal: string | null;
  readonly accessKeyId: string | null;
  readonly requestParameters: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  /** AWS's name of the error, or `reset`, `hang`, `bad-gateway`; null when it went well. */
  readonly errorCode: string | null;
};

const told = [
  'KeyId',
  'EncryptionContext',
  'EncryptionAlgorithm',
  'GranteePrincipal',
  'RetiringPrincipal',
  'Operations',
  'Constraints',
  'Name',
  'GrantId',
  'KeySpec',
  'KeyUsage',
  'PendingWindowInDays',
];

/** What of a request's input the log may hold. */
export function requestParameters(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(Object.entries(body).filter(([name]) => told.includes(name)));
}
