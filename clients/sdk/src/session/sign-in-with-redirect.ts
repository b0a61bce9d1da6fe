import { CloisterError } from '@cloister/wire';
import { textOf } from '../json.ts';
import { globalPlatform } from '../platform.ts';
import { newPkce } from './pkce.ts';
import type { Deployment, Session, SessionOptions } from './session.ts';
import { requestToken } from './token-endpoint.ts';
import { TokenSession } from './token-session.ts';

/** Where to send the browser, and what must be kept (sessionStorage) until it returns. */
export interface SignInStart {
  readonly url: string;
  /** Opaque text: PKCE verifier, state and redirect address. */
  readonly pending: string;
}

export interface StartSignInOptions {
  readonly deployment: Deployment;
  readonly redirectUri: string;
  /** Fills the form's address field. */
  readonly loginHint?: string;
}

/** Begins authorization code with PKCE (RFC 7636) in a browser: keep `pending`, then navigate to `url`. */
export const startSignIn = async (options: StartSignInOptions): Promise<SignInStart> => {
  const { deployment, redirectUri } = options;
  const { verifier, challenge } = await newPkce();
  const { verifier: state } = await newPkce();
  const url = new URL(`${deployment.oauth}/idb/oauth2/v1/authorize`);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: deployment.clientId,
    redirect_uri: redirectUri,
    scope: deployment.scope,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(options.loginHint === undefined ? {} : { login_hint: options.loginHint }),
  }).toString();
  return { url: url.href, pending: JSON.stringify({ verifier, state, redirectUri }) };
};

/** Ends it with the address identity sent the browser back to. @throws CloisterError `client/not-signed-in` */
export const finishSignIn = async (
  options: SessionOptions & { readonly pending: string; readonly callbackUrl: string },
): Promise<Session> => {
  const { verifier, state, redirectUri } = readPending(options.pending);
  const answer = new URL(options.callbackUrl).searchParams;
  const code = answer.get('code');
  // RFC 6749 §10.12: an answer to somebody else's question is not ours.
  if (answer.get('state') !== state || code === null) {
    throw new CloisterError('client/not-signed-in', { detail: 'the answer does not belong to this sign-in' });
  }
  const grant = await requestToken(options.deployment, options.platform ?? globalPlatform, {
    form: {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      self_contained_token: 'true',
    },
    authenticate: true,
  });
  return TokenSession.begin(options, grant);
};

const readPending = (text: string): { verifier: string; state: string; redirectUri: string } => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CloisterError('client/not-signed-in', { cause });
  }
  const verifier = textOf(value, 'verifier');
  const state = textOf(value, 'state');
  const redirectUri = textOf(value, 'redirectUri');
  if (verifier === undefined || state === undefined || redirectUri === undefined) {
    throw new CloisterError('client/not-signed-in', { detail: 'no sign-in was begun here' });
  }
  return { verifier, state, redirectUri };
};
