import { AwsError } from '../aws-error.ts';

/** What an `Authorization: AWS4-HMAC-SHA256 …` header says. */
export type Authorization = {
  readonly accessKeyId: string;
  /** `yyyymmdd`. */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
};

const scope = /^([A-Z0-9]{16,128})\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request$/;

/**
 * Takes the header apart; throws what AWS answers a header with that is missing or incomplete.
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html}
 */
export function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined)
    throw new AwsError('MissingAuthenticationTokenException', 'the request carries no authentication');
  const [algorithm, rest = ''] = [header.slice(0, header.indexOf(' ')), header.slice(header.indexOf(' ') + 1)];
  const fields = new Map(
    rest.split(',').map((field) => {
      const [name = '', ...value] = field.trim().split('=');
      return [name, value.join('=')];
    }),
  );
  const [, accessKeyId, day, region, service] = scope.exec(fields.get('Credential') ?? '') ?? [];
  const signedHeaders = fields.get('SignedHeaders')?.split(';');
  const signature = fields.get('Signature');
  if (
    algorithm !== 'AWS4-HMAC-SHA256' ||
    accessKeyId === undefined ||
    day === undefined ||
    region === undefined ||
    service === undefined ||
    signedHeaders === undefined ||
    signature === undefined
  )
    throw new AwsError(
      'IncompleteSignatureException',
      'the Authorization header needs Credential, SignedHeaders, Signature',
    );
  return { accessKeyId, day, region, service, signedHeaders, signature };
}
