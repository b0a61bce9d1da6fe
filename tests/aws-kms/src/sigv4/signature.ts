import { createHash, createHmac } from 'node:crypto';
import type { Authorization } from './parse-authorization.ts';

/** A request as it came: what a signature covers. Header names are lower case. */
export type SignedRequest = {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
};

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

/**
 * The signature, in lower hex, that whoever holds `secretAccessKey` puts under this request.
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html}
 */
export function signatureOf(request: SignedRequest, signed: Authorization, secretAccessKey: string): string {
  const { day, region, service } = signed;
  const toSign = [
    'AWS4-HMAC-SHA256',
    request.headers['x-amz-date'] ?? '',
    `${day}/${region}/${service}/aws4_request`,
    sha256(canonicalRequest(request, signed.signedHeaders)),
  ].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`);
  return hmac(key, toSign).toString('hex');
}

function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = '/', ...rest] = request.target.split('?');
  const headers = signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  return [
    request.method,
    path,
    rest.join('?').split('&').sort().join('&'),
    headers.join(''),
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
}
