import { timingSafeEqual } from 'node:crypto';
import type { Accounts, User } from '../accounts.ts';
import { AwsError } from '../aws-error.ts';
import { parseAuthorization } from './parse-authorization.ts';
import { type SignedRequest, signatureOf } from './signature.ts';

const toleranceMs = 5 * 60 * 1000;

/** Who signed the request, and for which region. Throws AWS's own error for each way in which a signature can be wrong. */
export function verifyRequest(request: SignedRequest, accounts: Accounts, now: number): { user: User; region: string } {
  const signed = parseAuthorization(request.headers.authorization);
  if (signed.service !== 'kms')
    throw new AwsError('InvalidSignatureException', 'the credential is scoped to another service than kms');
  requireSigned(request, signed.signedHeaders);
  requireRecent(request.headers['x-amz-date'] ?? '', signed.day, now);
  const user = accounts.byAccessKey(signed.accessKeyId);
  if (user === undefined || request.headers['x-amz-security-token'] !== undefined)
    throw new AwsError('UnrecognizedClientException', 'the security token included in the request is invalid');
  const expected = Buffer.from(signatureOf(request, signed, user.secretAccessKey));
  const given = Buffer.from(signed.signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given))
    throw new AwsError('InvalidSignatureException', 'the signature does not match the request');
  return { user, region: signed.region };
}

/** What decides about a request must be under its signature: the host, and every header of AWS's own. */
function requireSigned(request: SignedRequest, signedHeaders: readonly string[]): void {
  const wanted = ['host', ...Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'))];
  if (!wanted.includes('x-amz-date')) throw new AwsError('IncompleteSignatureException', 'X-Amz-Date is missing');
  if (wanted.some((name) => !signedHeaders.includes(name)))
    throw new AwsError('InvalidSignatureException', 'the host and every x-amz- header must be signed');
}

function requireRecent(date: string, day: string, now: number): void {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const at = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
  if (Number.isNaN(at) || !date.startsWith(day))
    throw new AwsError('InvalidSignatureException', 'X-Amz-Date does not go with the credential');
  if (at < now - toleranceMs) throw new AwsError('InvalidSignatureException', 'the signature has expired');
  if (at > now + toleranceMs) throw new AwsError('InvalidSignatureException', 'the signature is not yet current');
}
