import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Accounts, type User } from '../accounts.ts';
import { AwsError } from '../aws-error.ts';
import { hasBotocore, signByBotocore } from '../foreign/botocore.ts';
import type { SignedRequest } from './signature.ts';
import { verifyRequest } from './verify-request.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const minuteMs = 60_000;

describe.skipIf(!hasBotocore)('requests that botocore signed', () => {
  const accounts = new Accounts();
  const user = accounts.createUser('111122223333', 'admin');
  const other = accounts.createUser('444455556666', 'other');
  let requests: SignedRequest[];
  let signedAt: number;

  beforeAll(async () => {
    const plain = [
      ['http://127.0.0.1:4566/', '{}', {}],
      ['http://localhost:80/', '{"KeyId":"é"}', { 'X-Amz-Meta': '  two   spaces ' }],
      ['https://kms.us-east-2.amazonaws.com/?b=2&a=1', '', { 'Accept-Encoding': 'identity' }],
      ['http://127.0.0.1:4566/', 'x'.repeat(9000), { 'X-Amz-Target': 'TrentService.ListKeys' }],
    ] as const;
    const signed = await signByBotocore(
      user,
      'us-east-2',
      plain.map(([url, body, headers]) => ({ url, body, headers: { ...headers }, method: 'POST' })),
    );
    requests = plain.map(([url, body], index) => {
      const { host, pathname, search } = new URL(url);
      const sent = Object.entries(signed[index] ?? {}).map(([name, value]) => [name.toLowerCase(), value.trim()]);
      const headers = { host, ...Object.fromEntries(sent) };
      return { method: 'POST', target: pathname + search, headers, body: Buffer.from(body) };
    });
    signedAt = Date.parse(
      requests[0]?.headers['x-amz-date']?.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5') ?? '',
    );
  });

  const refusal = (request: SignedRequest, now = signedAt, who: Accounts = accounts): string => {
    try {
      verifyRequest(request, who, now);
    } catch (error) {
      if (error instanceof AwsError) return error.name;
      throw error;
    }
    return 'accepted';
  };
  const changed = (request: SignedRequest, name: string, value: string | undefined): SignedRequest => ({
    ...request,
    headers: { ...request.headers, [name]: value },
  });

  it('are accepted, and name their user and region', () => {
    for (const request of requests)
      expect(verifyRequest(request, accounts, signedAt)).toEqual({ user, region: 'us-east-2' });
  });

  it('are refused when anything under the signature changes', () => {
    const change = fc.record({
      which: fc.nat(3),
      part: fc.constantFrom('target', 'method', 'body', 'header'),
      at: fc.nat(),
      by: fc.integer({ min: 1, max: 90 }),
    });
    const turn = (text: string, at: number, by: number): string => {
      const index = at % Math.max(text.length, 1);
      const code = ((text.charCodeAt(index) || 33) - 33 + by) % 94;
      return text.slice(0, index) + String.fromCharCode(code + 33) + text.slice(index + 1);
    };
    fc.assert(
      fc.property(change, ({ which, part, at, by }) => {
        const request = requests[which] as SignedRequest;
        const signedHeaders = Object.keys(request.headers).filter(
          (name) => name === 'host' || /^x-amz-(?!date)/.test(name),
        );
        const name = signedHeaders[at % signedHeaders.length] ?? 'host';
        const worse = {
          target: { ...request, target: turn(request.target, at, by) },
          method: { ...request, method: turn(request.method, at, by) },
          body: { ...request, body: Buffer.from(turn(request.body.toString('latin1'), at, by), 'latin1') },
          header: changed(request, name, turn(request.headers[name] ?? '', at, by)),
        }[part];
        expect(refusal(worse as SignedRequest)).toBe('InvalidSignatureException');
      }),
      { numRuns },
    );
  });

  it('are refused when they are old, or from the future', () => {
    const [request] = requests as [SignedRequest];
    expect(refusal(request, signedAt + 5 * minuteMs)).toBe('accepted');
    expect(refusal(request, signedAt + 5 * minuteMs + 1)).toBe('InvalidSignatureException');
    expect(refusal(request, signedAt - 5 * minuteMs - 1)).toBe('InvalidSignatureException');
    expect(refusal(changed(request, 'x-amz-date', 'today'))).toBe('InvalidSignatureException');
    expect(refusal(changed(request, 'x-amz-date', undefined))).toBe('InvalidSignatureException');
  });

  it('are refused without a signature, with half of one, with more than it covers, for another service, from a stranger', () => {
    const [request] = requests as [SignedRequest];
    const authorization = request.headers.authorization ?? '';
    const withAuthorization = (value: string | undefined) => refusal(changed(request, 'authorization', value));
    expect(withAuthorization(undefined)).toBe('MissingAuthenticationTokenException');
    expect(withAuthorization('Bearer abc')).toBe('IncompleteSignatureException');
    expect(withAuthorization(authorization.replace(/, Signature=.*/, ''))).toBe('IncompleteSignatureException');
    expect(withAuthorization(authorization.replace('/kms/', '/s3/'))).toBe('InvalidSignatureException');
    expect(withAuthorization(authorization.replace('us-east-2', 'us-east-1'))).toBe('InvalidSignatureException');
    expect(withAuthorization(authorization.replace(user.accessKeyId, other.accessKeyId))).toBe(
      'InvalidSignatureException',
    );
    expect(refusal(changed(request, 'x-amz-target', 'TrentService.Decrypt'))).toBe('InvalidSignatureException');
    expect(refusal(request, signedAt, new Accounts())).toBe('UnrecognizedClientException');
  });
});

describe('accounts', () => {
  it('have twelve digits, and users with names of their own', () => {
    const accounts = new Accounts();
    const user: User = accounts.createUser('111122223333', 'admin');
    expect(() => accounts.createUser('111122223333', 'admin')).toThrow(TypeError);
    expect(() => accounts.createUser('1111', 'admin')).toThrow(TypeError);
    expect(accounts.byAccessKey(user.accessKeyId)).toBe(user);
    accounts.deleteUser(user);
    expect(accounts.byAccessKey(user.accessKeyId)).toBeUndefined();
  });
});
