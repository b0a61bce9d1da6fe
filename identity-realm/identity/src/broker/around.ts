import { CloisterError, problemMediaType, toProblem } from '@cloister/wire';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { pageHeaders } from '../pages/page.ts';
import { mount } from './open-provider.ts';

type Middleware = (ctx: KoaContextWithOIDC, next: () => Promise<void>) => Promise<void>;

/** Ends a sign-in and tells the realms. */
export type EndSignIn = (grantId: string) => Promise<void>;

/** Headers of the OAuth server's own pages, our problem document where it knows no route. */
export const withHeaders =
  (targets: readonly string[]): Middleware =>
  async (ctx, next) => {
    const headers = pageHeaders(targets);
    ctx.set(Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-type')));
    await next();
    if (ctx.status !== 404 || ctx.body !== undefined) return;
    ctx.status = 404;
    ctx.type = problemMediaType;
    ctx.body = JSON.stringify(toProblem(new CloisterError('identity/not-found')));
  };

/** Published clients plan their next sign-in by `refresh_token_expires_in` (kms.md §3.2). */
export const withRefreshLifetime: Middleware = async (ctx, next) => {
  await next();
  const body = ctx.body as { refresh_token?: unknown; refresh_token_expires_in?: number } | undefined;
  if (ctx.oidc?.route !== 'token' || typeof body?.refresh_token !== 'string') return;
  const { RefreshToken: token } = ctx.oidc.entities;
  if (token !== undefined) body.refresh_token_expires_in = token.expiration;
};

/**
 * Signing out of the browser ends what its apps were given. Becoming somebody else does not: then the OAuth server ends the
 * browser's session on its way to the code, and the first person's app goes on.
 */
export const withSignOut =
  (end: EndSignIn): Middleware =>
  async (ctx, next) => {
    await next();
    if (ctx.oidc?.route !== 'end_session_confirm' || ctx.status !== 303) return;
    const { session, params, provider } = ctx.oidc;
    const { postLogoutRedirectUri } = (session?.state ?? {}) as { postLogoutRedirectUri?: string };
    const path = URL.parse(postLogoutRedirectUri ?? '')?.pathname ?? '';
    if (!params?.logout || path.startsWith(`${mount}/idb/oauth2/v1/authorize/`)) return;
    for (const [clientId, { grantId }] of Object.entries(session?.authorizations ?? {})) {
      const client = await provider.Client.find(clientId);
      if (grantId !== undefined && client?.applicationType === 'web') await end(grantId);
    }
  };
