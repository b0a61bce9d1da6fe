import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { failedPage } from '../pages/failed-page.ts';
import { html } from '../pages/html.ts';
import { catalogues, chooseLocale, type Locale } from '../pages/locale.ts';
import { page } from '../pages/page.ts';

/** The pages that the OAuth server itself answers with. */
export interface SignOutPages {
  confirm(ctx: KoaContextWithOIDC): void;
  done(ctx: KoaContextWithOIDC): void;
  failed(ctx: KoaContextWithOIDC, out: ErrorOut): void;
}

/** The pages in the asker's language. */
export const signOutPages: SignOutPages = {
  confirm: (ctx) => {
    const locale = localeOf(ctx);
    const words = catalogues[locale].signOut;
    const secret = (ctx.oidc.session?.state as { secret?: string } | undefined)?.secret;
    const body = html`<p>${words.text}</p>
<form id="sign-out" method="post" action="${ctx.oidc.urlFor('end_session_confirm')}">
<input type="hidden" name="xsrf" value="${secret}">
<button type="submit" name="logout" value="yes" autofocus>${words.confirm}</button>
<button type="submit" class="second">${words.stay}</button>
</form>`;
    send(ctx, page({ locale, title: words.title, body }));
  },
  done: (ctx) => {
    const locale = localeOf(ctx);
    const words = catalogues[locale].signOut;
    send(ctx, page({ locale, title: words.doneTitle, body: html`<p role="status">${words.done}</p>` }));
  },
  failed: (ctx, out) => send(ctx, failedPage(localeOf(ctx), out.error)),
};

const localeOf = (ctx: KoaContextWithOIDC): Locale => {
  const asked = ctx.oidc.params?.ui_locales;
  return chooseLocale(undefined, typeof asked === 'string' ? asked : undefined, ctx.get('accept-language'));
};

const send = (ctx: KoaContextWithOIDC, document: string): void => {
  ctx.type = 'html';
  ctx.body = document;
};
