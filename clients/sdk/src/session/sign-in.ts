import type { Session, SessionOptions } from './session.ts';

/** Takes up the session the store remembers; `undefined` when there is none. */
export type ResumeSession = (options: SessionOptions) => Promise<Session | undefined>;

/** Signs in with e-mail and password by identity's own form: for the command line, bots and tests. */
export type SignInWithPassword = (
  options: SessionOptions & { readonly email: string; readonly password: string },
) => Promise<Session>;

/** Where to send the browser, and what must be kept (sessionStorage) until it returns. */
export interface SignInStart {
  readonly url: string;
  /** Opaque JSON text: PKCE verifier, state, nonce. */
  readonly pending: string;
}

/** Begins authorization code with PKCE (RFC 7636) in a browser: navigate to `url`, keep `pending`. */
export type StartSignIn = (options: SessionOptions & { readonly redirectUri: string }) => Promise<SignInStart>;

/** Ends it: `callbackUrl` is the address identity sent the browser back to. */
export type FinishSignIn = (
  options: SessionOptions & { readonly pending: string; readonly callbackUrl: string },
) => Promise<Session>;
