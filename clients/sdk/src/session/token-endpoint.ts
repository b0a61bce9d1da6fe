import { CloisterError, isErrorCode } from '@cloister/wire';
import type { HttpAnswer } from '../http/http-answer.ts';
import { readAnswer } from '../http/http-client.ts';
import { withPatience } from '../http/with-patience.ts';
import { numberOf, textOf } from '../json.ts';
import type { Platform } from '../platform.ts';
import type { Deployment } from './session.ts';

/** What identity's token endpoint grants. Times are milliseconds since 1970. */
export interface Grant {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly expiresAt: number;
}

export interface TokenRequest {
  readonly form: Readonly<Record<string, string>>;
  /** Sent as a DPoP header (RFC 9449) when the token is to be bound. */
  readonly dpop?: string;
  /** The published clients' scope reduction goes without client authentication (kms.md §3.2). */
  readonly authenticate: boolean;
}

export const tokenUrl = (deployment: Deployment): string => `${deployment.oauth}/idb/oauth2/v1/access_token`;

/** Asks for a token. @throws CloisterError `client/not-signed-in` when the grant is refused, `client/offline` when nobody answers */
export const requestToken = async (
  deployment: Deployment,
  platform: Platform,
  request: TokenRequest,
): Promise<Grant> => {
  const answer = await post(tokenUrl(deployment), deployment, platform, request);
  const accessToken = textOf(answer.body, 'access_token');
  const refreshToken = textOf(answer.body, 'refresh_token');
  if (answer.status >= 500 || answer.status === 429) throw new CloisterError('client/offline');
  if (answer.status >= 400) throw refusalOf(answer);
  if (accessToken === undefined) throw new CloisterError('client/unreadable');
  return {
    accessToken,
    expiresAt: platform.now() + (numberOf(answer.body, 'expires_in') ?? 0) * 1000,
    ...(refreshToken === undefined ? {} : { refreshToken }),
  };
};

/** Only a grant that is refused ends a session; any other fault is ours or the deployment's (RFC 6749 §5.2). */
const refusalOf = ({ status, body }: HttpAnswer): CloisterError => {
  const code = textOf(body, 'code');
  // Not the machine's fault, and it may pass (wires §10).
  if (isErrorCode(code) && code.endsWith('/function-off')) return new CloisterError(code);
  const detail = textOf(body, 'error');
  const ended = status === 401 || detail === 'invalid_grant' || detail === 'invalid_token';
  return new CloisterError(ended ? 'client/not-signed-in' : 'identity/invalid-request', { detail });
};

/** Revokes a token (RFC 7009); an unreachable server is the caller's to judge. */
export const revokeToken = async (deployment: Deployment, platform: Platform, token: string): Promise<void> => {
  await post(`${deployment.oauth}/idb/oauth2/v1/revoke`, deployment, platform, { form: { token }, authenticate: true });
};

/** Everybody who needs a token waits for the same answer. */
const deadline = 20_000;

const post = async (url: string, deployment: Deployment, platform: Platform, request: TokenRequest) => {
  const { clientId, clientSecret } = deployment;
  const basic = request.authenticate && clientSecret !== undefined;
  try {
    return await withPatience({ platform, ms: deadline }, async (signal) => {
      const response = await platform.fetch(url, {
        signal,
        method: 'POST',
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          ...(request.dpop === undefined ? {} : { dpop: request.dpop }),
          // RFC 6749 §2.3.1: id and secret are form-encoded before they are joined.
          ...(basic
            ? { authorization: `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}` }
            : {}),
        },
        body: new URLSearchParams({ ...request.form, ...(basic ? {} : { client_id: clientId }) }).toString(),
      });
      return readAnswer(response);
    });
  } catch (cause) {
    if (cause instanceof CloisterError) throw cause;
    throw new CloisterError('client/offline', { cause });
  }
};
