import { originOf } from '@cloister/http';
import { CloisterError } from '@cloister/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { errors, type Provider } from 'oidc-provider';
import { mount } from '../broker/open-provider.ts';
import type { AppAdmits } from '../broker/sign-in-policy.ts';
import type { Context } from '../context.ts';
import { expiredPage } from '../pages/failed-page.ts';
import { catalogues, type Locale, waitText } from '../pages/locale.ts';
import { pageHeaders } from '../pages/page.ts';
import { signInPage } from '../pages/sign-in-page.ts';
import { passwordChecker } from '../sign-in/check-password.ts';
import { formToken, isFormToken } from '../sign-in/form-token.ts';
import { addressOf } from './address-of.ts';
import { parseForm } from './forms.ts';
import { localeOf } from './locale-of.ts';

interface OpenPage {
  readonly uid: string;
  readonly locale: Locale;
  readonly redirectUri: string;
  /** The address the app expects; the person may type another. */
  readonly hint: string;
}

interface Shown {
  readonly status?: number;
  readonly email?: string;
  readonly fault?: string;
}

/** The sign-in page, which the OAuth server sends browsers to while it waits. */
export const signInRoutes = (app: FastifyInstance, context: Context, provider: Provider, admits: AppAdmits): void => {
  const path = `${mount}/sign-in/:uid`;
  const checkPassword = passwordChecker(context);

  app.get(path, (request, reply) => withPage(request, reply, async (open) => show(reply, open, {})));

  app.post(path, (request, reply) =>
    withPage(request, reply, async (open) => {
      const words = catalogues[open.locale].signIn;
      const form = parseForm(String(request.body ?? ''));
      const email = (form.get('email') ?? '').slice(0, 320);
      const password = form.get('password') ?? '';
      const again = (status: number, fault: string) => show(reply, open, { status, email, fault });

      if (!isFormToken(context.formKey, open.uid, form.get('csrf') ?? '')) return again(403, words.stale);
      if (email === '' || password === '') return again(400, words.incomplete);
      const attempt = await checkPassword({ email, password, address: addressOf(request) });
      if (attempt.kind === 'wrong') return again(401, words.wrong);
      if (attempt.kind === 'wait') {
        reply.header('retry-after', String(attempt.seconds));
        return again(429, words.wait(waitText(open.locale, attempt.seconds)));
      }
      if (!(await admits(attempt.personId, open.redirectUri))) return again(403, words.otherOrganisation);
      const login = { accountId: attempt.personId, amr: ['pwd'], remember: true };
      const next = await provider.interactionResult(request.raw, reply.raw, { login });
      return reply.redirect(next, 303);
    }),
  );

  const withPage = async (
    request: FastifyRequest,
    reply: FastifyReply,
    work: (page: OpenPage) => Promise<FastifyReply>,
  ): Promise<FastifyReply> => {
    originOf(request);
    const open = await openPage(request, reply);
    if (open === undefined) return send(reply, 410, [], expiredPage(localeOf(request)));
    try {
      return await work(open);
    } catch (error) {
      if (!(error instanceof CloisterError) || error.code !== 'identity/unavailable') throw error;
      return show(reply, open, { status: 503, fault: catalogues[open.locale].signIn.busy });
    }
  };

  /** The page belongs to the browser that began it: the OAuth server's cookie must name it. */
  const openPage = async (request: FastifyRequest, reply: FastifyReply): Promise<OpenPage | undefined> => {
    try {
      const { uid, params } = await provider.interactionDetails(request.raw, reply.raw);
      if (uid !== (request.params as { uid: string }).uid) return undefined;
      const asked = typeof params.ui_locales === 'string' ? params.ui_locales : undefined;
      const hint = typeof params.login_hint === 'string' ? params.login_hint.slice(0, 320) : '';
      return { uid, locale: localeOf(request, asked), redirectUri: String(params.redirect_uri), hint };
    } catch (error) {
      if (error instanceof errors.SessionNotFound) return undefined;
      throw error;
    }
  };

  const show = (reply: FastifyReply, { uid, locale, redirectUri, hint }: OpenPage, shown: Shown): FastifyReply => {
    const { status = 200, email = hint, fault } = shown;
    const csrf = formToken(context.formKey, uid);
    const document = signInPage({ locale, path: `${mount}/sign-in/${uid}`, csrf, email, fault });
    const target = URL.parse(redirectUri)?.origin;
    return send(reply, status, target === undefined ? [] : [target], document);
  };
};

const send = (reply: FastifyReply, status: number, targets: readonly string[], document: string): FastifyReply =>
  reply.code(status).headers(pageHeaders(targets)).send(document);
