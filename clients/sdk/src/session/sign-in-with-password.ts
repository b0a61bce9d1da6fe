import { CloisterError } from '@cloister/wire';
import { globalPlatform, type Platform } from '../platform.ts';
import { CookieJar } from './cookie-jar.ts';
import type { Session, SessionOptions } from './session.ts';
import { parseSignInForm } from './sign-in-form.ts';
import { finishSignIn, startSignIn } from './sign-in-with-redirect.ts';

/** No server listens there: the redirect is read, not followed (RFC 8252 §7.3 lets the port be any). */
const redirectUri = 'http://127.0.0.1:8252/signed-in';
const mostRedirects = 10;

/**
 * Signs in with e-mail and password by identity's own form: for the command line, bots and tests in Node. A browser
 * cannot do this; it navigates (`startSignIn`).
 * @throws CloisterError `identity/invalid-credentials`, `identity/too-many`, `client/offline`
 */
export const signInWithPassword = async (
  options: SessionOptions & { readonly email: string; readonly password: string },
): Promise<Session> => {
  const { url, pending } = await startSignIn({ deployment: options.deployment, redirectUri });
  const visit = new Visit(options.platform ?? globalPlatform);
  const page = await visit.follow(await visit.get(url), url);
  const form = parseSignInForm(await page.response.text());
  const action = new URL(form.action, page.url).href;
  const body = new URLSearchParams({ email: options.email, password: options.password, csrf: form.csrf });
  const answer = await visit.post(action, body);
  if (answer.status === 401) throw new CloisterError('identity/invalid-credentials');
  if (answer.status === 429) throw new CloisterError('identity/too-many');
  const end = await visit.follow(answer, action);
  if (!end.url.startsWith(redirectUri))
    throw new CloisterError('client/unreadable', { detail: 'the sign-in did not end' });
  return finishSignIn({ ...options, pending, callbackUrl: end.url });
};

/** A walk through identity's pages with cookies, at one origin only: the password must not go elsewhere. */
class Visit {
  readonly #platform: Platform;
  readonly #jar = new CookieJar();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  get(url: string): Promise<Response> {
    return this.#send(url, { method: 'GET' });
  }

  post(url: string, body: URLSearchParams): Promise<Response> {
    return this.#send(url, {
      method: 'POST',
      body: body.toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: new URL(url).origin },
    });
  }

  /** Follows redirects until a page, or until the address the sign-in ends at, which is not visited. */
  async follow(first: Response, from: string): Promise<{ readonly response: Response; readonly url: string }> {
    let response = first;
    let url = from;
    for (let hop = 0; hop < mostRedirects; hop += 1) {
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) return { response, url };
      const next = new URL(location, url);
      if (next.href.startsWith(redirectUri)) return { response, url: next.href };
      if (next.origin !== new URL(from).origin) break;
      url = next.href;
      response = await this.get(url);
    }
    throw new CloisterError('client/unreadable', { detail: 'the sign-in leads elsewhere' });
  }

  async #send(url: string, init: RequestInit): Promise<Response> {
    try {
      const headers = { accept: 'text/html', ...(init.headers as Record<string, string>), cookie: this.#jar.header() };
      const response = await this.#platform.fetch(url, { ...init, headers, redirect: 'manual' });
      this.#jar.keep(response);
      return response;
    } catch (cause) {
      throw new CloisterError('client/offline', { cause });
    }
  }
}
