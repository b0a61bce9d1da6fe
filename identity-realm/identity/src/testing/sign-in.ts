import { createHash, randomBytes } from 'node:crypto';
import type { Answer, HttpClient } from './http-client.ts';
import { app } from './identity-under-test.ts';

export const oauth = '/idbroker/idb/oauth2/v1';
export const cliRedirect = 'http://127.0.0.1:49152/signed-in';
export const fullScope = 'openid spark:all spark:kms spark:people_read';

export interface Flow {
  readonly clientId?: string;
  readonly redirectUri?: string;
  readonly scope?: string;
  readonly extra?: Readonly<Record<string, string>>;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly expires_in: number;
  readonly refresh_token_expires_in: number;
}

/** A sign-in at acme's web client. */
export const web = { clientId: 'cloister-web', redirectUri: `${app}/signed-in` } satisfies Flow;

/** The beginning of a sign-in: the authorize request, followed to the page it leads to. */
export const beginSignIn = async (client: HttpClient, flow: Flow = {}) => {
  const { clientId = 'cloister-cli', redirectUri = cliRedirect, scope = fullScope, extra = {} } = flow;
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    state: 'the state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...extra,
  });
  const started = await client.ask(`${oauth}/authorize?${query}`);
  const location = String(started.headers.location ?? '');
  return { started, location, verifier, clientId, redirectUri };
};

/** Reads the form as a program without a browser does (README). */
export const readForm = (page: string): { action: string; csrf: string } => ({
  action: unescaped(/<form id="sign-in" method="post" action="([^"]*)">/.exec(page)?.[1] ?? ''),
  csrf: unescaped(/<input type="hidden" name="csrf" value="([^"]*)">/.exec(page)?.[1] ?? ''),
});

const unescaped = (text: string): string =>
  text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

/** Posts the form and follows redirects until the client's own address. */
export const postForm = async (client: HttpClient, page: Answer, fields: { email: string; password: string }) => {
  const { action, csrf } = readForm(page.text);
  return client.ask(action, { form: { ...fields, csrf } });
};

/** Follows redirects of our own until one leads to the client. */
export const followTo = async (client: HttpClient, answer: Answer, redirectUri: string): Promise<URL> => {
  let current = answer;
  for (let hop = 0; hop < 5; hop++) {
    const location = String(current.headers.location ?? '');
    if (location.startsWith(redirectUri)) return new URL(location);
    if (location === '') break;
    current = await client.ask(location);
  }
  throw new Error(`the sign-in did not come back: ${current.status} ${current.text.slice(0, 2000)}`);
};

/** The whole sign-in of README, to tokens. */
export const signIn = async (client: HttpClient, email: string, password: string, flow: Flow = {}): Promise<Tokens> => {
  const { location, verifier, clientId, redirectUri } = await beginSignIn(client, flow);
  const back = location.startsWith(redirectUri)
    ? new URL(location)
    : await followTo(client, await postForm(client, await client.ask(location), { email, password }), redirectUri);
  return exchange(client, { code: back.searchParams.get('code') ?? '', verifier, clientId, redirectUri });
};

/** Trades a code for tokens. */
export const exchange = async (
  client: HttpClient,
  parts: { code: string; verifier: string; clientId: string; redirectUri: string },
): Promise<Tokens> => {
  const answer = await client.ask(`${oauth}/access_token`, {
    form: {
      grant_type: 'authorization_code',
      code: parts.code,
      redirect_uri: parts.redirectUri,
      client_id: parts.clientId,
      code_verifier: parts.verifier,
    },
  });
  if (answer.status !== 200) throw new Error(`no tokens: ${answer.status} ${answer.text}`);
  return answer.json();
};

/** The published reduction. */
export const reduce = (client: HttpClient, token: string, scope: string, headers: Record<string, string> = {}) =>
  client.ask(`${oauth}/access_token`, {
    headers,
    form: {
      grant_type: 'urn:cisco:oauth:grant-type:scope-reduction',
      token,
      scope,
      client_id: 'cloister-evaluation',
      self_contained_token: 'true',
    },
  });

/** A reduced token that must come. */
export const reduced = async (client: HttpClient, token: string, scope: string): Promise<string> => {
  const answer = await reduce(client, token, scope);
  if (answer.status !== 200) throw new Error(`no reduction: ${answer.status} ${answer.text}`);
  return answer.json().access_token;
};

/** What a token says, unverified. */
export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));

/** What its header says. */
export const headerOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString('utf8'));
